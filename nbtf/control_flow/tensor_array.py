"""TensorArray: a list of tensors that loops write and read element by element."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from nbtf.array.filling import range as range_of
from nbtf.array.shapes import shape as shape_of
from nbtf.control_flow.flows import FlowCarrier
from nbtf.dtypes import DType, as_dtype, int32, int64, variant
from nbtf.graph import scopes
from nbtf.graph.constant_value import constant_value
from nbtf.graph.control_flow_version import builds_functions
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.default_stacks import get_default_graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.tensor_shape import TensorShape


class Facts:
    """What all TensorArrays with one handle share: what has been learned from the writes."""

    def __init__(self, element_shape: Any, infer_shape: bool) -> None:
        self.element_shape = TensorShape(element_shape)
        self.infer_shape = infer_shape
        self.colocated_with: Any = None

    def learn(self, shape: TensorShape) -> None:
        """Elements have this shape. Raises ValueError where earlier ones have another."""
        if not shape.is_compatible_with(self.element_shape):
            raise ValueError(f"Inconsistent shapes: saw {shape} but expected {self.element_shape} ")
        if self.infer_shape:
            self.element_shape = self.element_shape.merge_with(shape)


class TensorArray(FlowCarrier):
    """A list of tensors of one dtype, of a fixed or growing length, each written once.

    `write`, `scatter`, `unstack` and `split` return the TensorArray after the write; only that one sees it.
    """

    _scope = "TensorArray"

    def __new__(cls, dtype: Any, size: Any = None, *args: Any, **kwargs: Any) -> Self:
        """Under control flow v2, or for a flow that is a list, a TensorArray that is a list of tensors."""
        flow = kwargs.get("flow")
        if cls is TensorArray and (
            builds_functions(get_default_graph()) or (flow is not None and flow.dtype == variant)
        ):
            from nbtf.control_flow.list_tensor_array import ListTensorArray  # it builds on this module

            return object.__new__(ListTensorArray)  # type: ignore[return-value]
        return object.__new__(cls)

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
        """size: number of elements, an int32 scalar. dynamic_size: writes beyond it make it longer.

        clear_after_read (True): each element is read once. infer_shape: all elements have the same shape, that of the
        first one written. element_shape: their shape as far as it is known. handle, flow: of an existing TensorArray,
        instead of size and all that makes one. colocate_with_first_write_call: it lives where the first value does.
        Raises ValueError for a handle with what only a new one takes, or neither handle nor size.
        """
        self._check_arguments(handle, flow, size, tensor_array_name, element_shape, dynamic_size, clear_after_read)
        self._dtype = as_dtype(dtype).base_dtype
        self._dynamic_size = bool(dynamic_size)
        self._size = size
        self._handle: Tensor
        self._flow: Tensor
        self._colocates = colocate_with_first_write_call
        self._facts = Facts(element_shape, infer_shape)
        with scopes.name_scope(name, "TensorArray", [handle, size, flow]) as scope:
            if handle is not None:
                self._handle, self._flow = handle, flow
                return
            with self._own_device():
                self._handle, self._flow = raw.TensorArrayV3(
                    size,
                    dtype=self._dtype,
                    element_shape=element_shape,
                    identical_element_shapes=infer_shape,
                    dynamic_size=self._dynamic_size,
                    clear_after_read=True if clear_after_read is None else clear_after_read,
                    tensor_array_name=tensor_array_name,
                    name=scope,
                )

    @staticmethod
    def _check_arguments(handle: Any, flow: Any, size: Any, *only_new: Any) -> None:
        names = ("tensor_array_name", "element_shape", "dynamic_size", "clear_after_read")
        if handle is None:
            if size is None:
                raise ValueError("Argument `size` must be provided if handle is not provided.")
            return
        if only_new[0]:
            raise ValueError("Cannot provide both `handle` and `tensor_array_name` arguments at the same time.")
        if not isinstance(handle, Tensor):
            raise TypeError(f"Expected `handle` to be a Tensor, but got `{handle}` of type `{type(handle)}` instead.")
        if size is not None:
            raise ValueError("Cannot provide both a `handle` and `size` arguments at the same time.")
        for name, value in zip(names, only_new, strict=True):
            if value is not None:
                raise ValueError(f"Cannot provide both `handle` and `{name}` arguments at the same time.")
        if flow is None:
            raise ValueError("flow must not be None if handle is not None.")

    @contextmanager
    def _own_device(self) -> Iterator[None]:
        """Where the first write decides about the device, scopes around do not."""
        if not self._colocates:
            yield
            return
        with scopes.device(None), scopes.colocate_with(None, ignore_existing=True):
            yield

    @contextmanager
    def _near_first_write(self, value: Tensor) -> Iterator[None]:
        if not self._colocates:
            yield
            return
        if self._facts.colocated_with is None:
            self._facts.colocated_with = value
        with scopes.colocate_with(self._facts.colocated_with):
            yield

    def _with_flow(self, flow: Tensor) -> Self:
        later = object.__new__(type(self))
        later.__dict__.update(self.__dict__)
        later._flow = flow
        flow.graph.unique_name(self._scope)  # TensorFlow makes an object with a name scope, which later names show
        return later

    # ---- what it is ----

    @property
    def flow(self) -> Tensor:
        """A float scalar that orders reads behind writes."""
        return self._flow

    @property
    def handle(self) -> Tensor:
        return self._handle

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self._dtype

    @property
    def dynamic_size(self) -> bool:
        return self._dynamic_size

    @property
    def element_shape(self) -> TensorShape:
        """The static shape of the elements."""
        return self._facts.element_shape

    def identity(self) -> Self:
        """This TensorArray once all writes so far are done and the current control dependencies hold."""
        return self._with_flow(raw.Identity(self._flow))

    # ---- reading ----

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """Element `index`, an int32 scalar."""
        value: Tensor = raw.TensorArrayReadV3(self._handle, index, self._flow, dtype=self._dtype, name=name)
        value.set_shape(self.element_shape)
        return value

    def stack(self, name: str | None = None) -> Tensor:
        """All elements as one tensor, [size, ...]."""
        with (
            scopes.colocate_with(self._handle),
            scopes.name_scope(name, "TensorArrayStack", [self._handle]),
        ):
            value = self.gather(range_of(0, self.size()), name)
            if self.element_shape.dims is not None and not self._dynamic_size and self._size is not None:
                value.set_shape(TensorShape([known_size(self._size)]).concatenate(self.element_shape))
            return value

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at `indices`, an int32 vector, as one tensor [n, ...]."""
        value: Tensor = raw.TensorArrayGatherV3(
            self._handle, indices, self._flow, dtype=self._dtype, element_shape=self.element_shape, name=name
        )
        if self.element_shape.dims is not None:
            value.set_shape(TensorShape([None]).concatenate(self.element_shape))
        return value

    def concat(self, name: str | None = None) -> Tensor:
        """All elements one after the other along their first axis."""
        shape = self.element_shape
        rows = shape[1:] if shape.dims is not None else shape
        value: Tensor = raw.TensorArrayConcatV3(
            self._handle, self._flow, dtype=self._dtype, element_shape_except0=rows, name=name
        )[0]
        if shape.dims is not None:
            length = None
            if self._facts.infer_shape:
                size = known_size(self.size())
                if size is not None and shape.as_list()[0] is not None:
                    length = size * shape.as_list()[0]
            value.set_shape(TensorShape([length]).concatenate(rows))
        return value

    # ---- writing ----

    def write(self, index: Any, value: Any, name: str | None = None) -> Self:
        """Element `index` becomes `value`. Raises ValueError for a value of another shape than earlier ones have."""
        with scopes.name_scope(name, "TensorArrayWrite", [self._handle, index, value]):
            value = self._element(value)
            self._facts.learn(value.shape)
            with self._near_first_write(value):
                flow = raw.TensorArrayWriteV3(self._handle, index, value, self._flow, name=name)
            return self._with_flow(flow)

    def _element(self, value: Any) -> Tensor:
        return convert_to_tensor(value, name="value", preferred_dtype=self._dtype)

    def unstack(self, value: Any, name: str | None = None) -> Self:
        """The elements become the rows of `value`."""
        with scopes.name_scope(name, "TensorArrayUnstack", [self._handle, value]):
            rows = shape_of(value)[0]
            return self.scatter(range_of(0, rows), value, name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> Self:
        """Element indices[i] becomes value[i]. Raises ValueError for rows of another shape than earlier elements."""
        with scopes.name_scope(name, "TensorArrayScatter", [self._handle, value, indices]):
            value = self._element(value)
            if value.shape.dims is not None:
                self._facts.learn(value.shape[1:])
            with self._near_first_write(value):
                flow = raw.TensorArrayScatterV3(self._handle, indices, value, self._flow, name=name)
            return self._with_flow(flow)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> Self:
        """Element i becomes the next lengths[i] rows of `value`."""
        with scopes.name_scope(name, "TensorArraySplit", [self._handle, value, lengths]):
            value = convert_to_tensor(value, self._dtype, name="value")
            with self._near_first_write(value):
                lengths = cast(lengths, int64)
                self._learn_from_split(value, constant_value(lengths))
                flow = raw.TensorArraySplitV3(self._handle, value, lengths, self._flow, name=name)
            return self._with_flow(flow)

    def _learn_from_split(self, value: Tensor, lengths: Any) -> None:
        if value.shape.dims is None or lengths is None or not lengths.size or lengths.max() != lengths.min():
            return
        self._facts.learn(TensorShape([int(lengths.flat[0])]).concatenate(value.shape[1:]))

    # ---- the rest ----

    def size(self, name: str | None = None) -> Tensor:
        """The number of elements, an int32 scalar."""
        if not self._dynamic_size and self._size is not None:
            return convert_to_tensor(self._size, int32)
        size: Tensor = raw.TensorArraySizeV3(self._handle, self._flow, name=name)
        return size

    def close(self, name: str | None = None) -> Any:
        """An operation after which nobody may use this TensorArray."""
        return raw.TensorArrayCloseV3(self._handle, name=name)

    def grad(self, source: str, flow: Any = None, name: str | None = None) -> TensorArray:
        """The TensorArray of gradients of this one that belongs to the gradient computation `source`."""
        flow = self._flow if flow is None else flow
        with (
            scopes.name_scope(name, "TensorArrayGrad", [self._handle]),
            scopes.colocate_with(self._handle),
        ):
            handle, _ = raw.TensorArrayGradV3(self._handle, flow, source=source, name=name)
            with scopes.control_dependencies([handle]):
                flow = raw.Identity(flow, name="gradient_flow")
            gradient = TensorArray(
                self._dtype,
                handle=handle,
                flow=flow,
                infer_shape=self._facts.infer_shape,
                colocate_with_first_write_call=False,
            )
            gradient._facts.element_shape = self.element_shape
            return gradient


def known_size(size: Any) -> Any:
    value = constant_value(size) if isinstance(size, Tensor) else size
    return None if value is None else int(value)
