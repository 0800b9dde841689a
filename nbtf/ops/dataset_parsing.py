"""Datasets of parsed Examples. Python computes these ops."""

import numpy as np

from nbtf import dtypes
from nbtf.errors import InvalidArgumentError, UnimplementedError
from nbtf.ops.dataset_values import Dataset, found_dataset, makes_dataset, sparse_component
from nbtf.ops.parsing import parse
from nbtf.shapes import CheckFailed

_NO_NAMES = np.empty(0, object)


class _Parser:
    """Serialized Examples [n] as an element: the components in the order of their keys."""

    def __init__(self, call, resources, defaults):
        self._attrs, self._origin, self._resources, self._defaults = call.attrs, call.node.origin, resources, defaults

    def __call__(self, element):
        attrs = self._attrs
        keys = attrs.sparse_keys, attrs.dense_keys, []
        try:
            found = parse(attrs, element[0], _NO_NAMES, *keys, self._defaults)
        except CheckFailed as refusal:
            raise InvalidArgumentError(None, self._origin, str(refusal)) from None
        count = len(attrs.sparse_keys)
        components = dict(zip(attrs.dense_keys, found[3 * count :], strict=True))
        for i, (key, dtype) in enumerate(zip(attrs.sparse_keys, attrs.sparse_types, strict=True)):
            parts = zip(found[i : 3 * count : count], (dtypes.int64, dtype, dtypes.int64), strict=True)
            components[key] = sparse_component(self._resources, parts)
        return tuple(components[key] for key in sorted(components))


@makes_dataset("ParseExampleDataset", "ParseExampleDatasetV2")
def _parse_examples(call, source, num_parallel_calls, *defaults):
    """The features of each element, serialized Examples [n], as components in the order of their keys."""
    if call.attrs.ragged_keys:
        raise UnimplementedError(None, call.node.origin, "datasets of ragged tensors are not supported")
    source, defaults = found_dataset(call, source), [default.copy() for default in defaults]
    return Dataset(
        call,
        lambda iteration: map(_Parser(call, iteration.resources, defaults), source.iterate(iteration)),
        source.cardinality,
    )
