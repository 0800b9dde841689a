"""TensorArrays as tensor lists: what TensorArray makes under control flow v2. Each write makes a new list, a variant."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from nbtf.array.moving import no_op
from nbtf.control_flow.tensor_array import Facts, TensorArray, known_size
from nbtf.dtypes import as_dtype, int32, int64
from nbtf.graph import scopes
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import constant, convert_to_tensor
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.tensor_shape import TensorShape


class ListTensorArray(TensorArray):
    """A TensorArray whose flow is the list of its elements; it has no handle."""

    _scope = "TensorArrayV2"

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Any = None,
        flow: Any = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        """See TensorArray; clear_after_read, tensor_array_name and colocate_with_first_write_call change nothing."""
        if handle is not None:
            raise AssertionError("A TensorArray that is a list has no handle: give its `flow` instead.")
        if flow is None and size is None:
            raise ValueError("Argument `size` must be provided if argument `flow` is not provided.")
        if flow is not None and size is not None:
            raise ValueError("Cannot provide both `flow` and `size` arguments at the same time.")
        self._dtype = as_dtype(dtype).base_dtype
        self._dynamic_size = dynamic_size  # type: ignore[assignment]
        self._size = size
        self._facts = Facts(element_shape, infer_shape)
        with scopes.name_scope(name, self._scope, [size, flow]) as scope:
            if flow is None:
                shape = _list_shape(TensorShape(element_shape))
                flow = raw.TensorListReserve(shape, size, element_dtype=self._dtype, name=scope)
            self._flow = flow

    @property
    def handle(self) -> None:  # type: ignore[override]
        return None

    # ---- reading ----

    def read(self, index: Any, name: str | None = None) -> Tensor:
        with scopes.name_scope(name, "TensorArrayV2Read", [self._flow, index]):
            shape = _list_shape(self.element_shape)
            value: Tensor = raw.TensorListGetItem(self._flow, index, shape, element_dtype=self._dtype, name=name)
            value.set_shape(self.element_shape)
            return value

    def stack(self, name: str | None = None) -> Tensor:
        with scopes.name_scope(name, "TensorArrayV2Stack", [self._flow]):
            size = None if self._dynamic_size or self._size is None else known_size(self._size)
            shape = _list_shape(self.element_shape)
            value: Tensor = raw.TensorListStack(
                self._flow, shape, element_dtype=self._dtype, num_elements=-1 if size is None else size
            )
            if self.element_shape.dims is not None:
                value.set_shape(TensorShape([size]).concatenate(self.element_shape))
            return value

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        shape = _list_shape(self.element_shape)
        value: Tensor = raw.TensorListGather(self._flow, indices, shape, element_dtype=self._dtype, name=name)
        count = value.op.inputs[1].shape
        if count.ndims == 1:
            value.set_shape(count.concatenate(self.element_shape))
        return value

    def concat(self, name: str | None = None) -> Tensor:
        shape = self.element_shape
        if shape.dims is not None:
            shape = TensorShape([None]).concatenate(shape[1:])
        leading_dims = constant([], int64)
        value: Tensor = raw.TensorListConcatV2(
            self._flow, _list_shape(shape), leading_dims, element_dtype=self._dtype, name=name
        )[0]
        value.set_shape(shape)
        return value

    # ---- writing ----

    def write(self, index: Any, value: Any, name: str | None = None) -> Self:
        with scopes.name_scope(name, "TensorArrayV2Write", [self._flow, index, value]):
            value = self._element(value)
            self._facts.learn(value.shape)
            resizes = {"resize_if_index_out_of_bounds": bool(self._dynamic_size)}
            return self._with_flow(raw.TensorListSetItem(self._flow, index, value, name=name, **resizes))

    def unstack(self, value: Any, name: str | None = None) -> Self:
        with scopes.name_scope(name, "TensorArrayUnstack", [self._flow, value]):
            value = self._element(value)
            self._facts.learn(value.shape[1:])
            return self._with_flow(raw.TensorListFromTensor(value, _list_shape(value.shape[1:])))

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> Self:
        with scopes.name_scope(name, "TensorArrayScatter", [self._flow, value, indices]):
            value = self._element(value)
            self._facts.learn(value.shape[1:])
            return self._with_flow(raw.TensorListScatterIntoExistingList(self._flow, value, indices))

    def split(self, value: Any, lengths: Any, name: str | None = None) -> Self:
        with scopes.name_scope(name, "TensorArraySplit", [self._flow, value, lengths]):
            value = self._element(value)
            lengths = cast(lengths, int64)
            self._learn_from_split(value, constant_value(lengths))
            shape = _list_shape(self.element_shape)
            return self._with_flow(raw.TensorListSplit(value, shape, lengths, name=name))

    # ---- the rest ----

    def size(self, name: str | None = None) -> Tensor:
        if not self._dynamic_size and self._size is not None:
            return convert_to_tensor(self._size, int32)
        size: Tensor = raw.TensorListLength(self._flow, name=name)
        return size

    def close(self, name: str | None = None) -> Any:
        """An operation that does nothing: nobody owns a list."""
        return no_op(name=name)

    def grad(self, source: str, flow: Any = None, name: str | None = None) -> NoReturn:
        """Raises NotImplementedError: the gradient of a list is a list, which tf.gradients makes."""
        raise NotImplementedError("TensorArrays of control flow v2 have no TensorArrays of gradients")


def _list_shape(shape: TensorShape) -> Any:
    """What tensor lists take for the shape of their elements: -1 for dims that are not known, or for all of them."""
    if shape.dims is None:
        return -1
    return [-1 if dim is None else dim for dim in shape.as_list()] or constant([], int32)
