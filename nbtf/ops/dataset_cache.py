"""Datasets that keep the elements of a first pass: in memory, or in a file, which is a checkpoint of their components."""

import contextlib
import os

from nbtf.checkpoint.bundle import BundleReader, index_path
from nbtf.checkpoint.bundle_writer import BundleWriter
from nbtf.errors import AlreadyExistsError, UnimplementedError
from nbtf.ops.dataset_values import Dataset, Variants, found_dataset, makes_dataset

_NUMBER_WIDTH = 7  # digits of an element's number in the name of a tensor


class _InMemory:
    """The elements of a first whole pass."""

    def __init__(self, source):
        self._source = source
        self._elements = None

    def iterate(self, iteration):
        return self._filling(iteration) if self._elements is None else iter(self._elements)

    def _filling(self, iteration):
        seen = []
        for element in self._source.iterate(iteration):
            seen.append(element)
            yield element
        self._elements = seen


class _InFile:
    """The same in a file. A pass that does not come to the end leaves nothing; while one is on its way, a lock file keeps
    others from writing."""

    def __init__(self, call, source, prefix):
        self._source = source
        self._prefix = prefix
        self._dtypes = list(call.attrs.output_types)
        self._origin = call.node.origin
        self._width = len(str(max(len(self._dtypes) - 1, 0)))

    def iterate(self, iteration):
        return self._reading() if os.path.exists(index_path(self._prefix)) else self._writing(iteration)

    def _name(self, element, component):
        return f"{element:{_NUMBER_WIDTH}d}_{component:{self._width}d}"

    def _reading(self):
        with BundleReader(self._prefix) as reader:
            number = 0
            while reader.has_tensor(self._name(number, 0)):
                yield tuple(reader.get_tensor(self._name(number, i)) for i in range(len(self._dtypes)))
                number += 1

    def _writing(self, iteration):
        with self._locked(), BundleWriter(self._prefix) as writer:
            for number, element in enumerate(self._source.iterate(iteration)):
                for i, (component, dtype) in enumerate(zip(element, self._dtypes, strict=True)):
                    if isinstance(component, (Dataset, Variants)):
                        message = "datasets and sparse tensors as elements are not cached in a file"
                        raise UnimplementedError(None, self._origin, message)
                    writer.add(self._name(number, i), component, dtype)
                yield element

    @contextlib.contextmanager
    def _locked(self):
        path = f"{self._prefix}_0.lockfile"
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            message = (
                f"There appears to be a concurrent caching iterator running - cache lockfile already exists ('{path}'). "
                "Delete it if no other computation writes this cache."
            )
            raise AlreadyExistsError(None, self._origin, message) from None
        try:
            yield
        finally:
            os.unlink(path)


@makes_dataset("CacheDataset")
def _cache(call, source, filename):
    """The elements; from the second pass on those that the first one saw, kept in memory, or in files of a prefix."""
    source = found_dataset(call, source)
    prefix = os.fsdecode(filename[()])
    kept = _InFile(call, source, prefix) if prefix else _InMemory(source)
    return Dataset(call, kept.iterate, source.cardinality)
