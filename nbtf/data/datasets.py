"""Dataset: a stream of elements, put together from what it can come from and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from nbtf.data.arranging import Arranging
from nbtf.data.bucketing import Bucketing
from nbtf.data.iterators import Iterator, NumpyIterator, make_initializable_iterator, make_one_shot_iterator
from nbtf.data.mapping import Mapping
from nbtf.data.options import Options, with_options
from nbtf.data.resampling import Resampling
from nbtf.data.sources import Sources


class Dataset(Sources, Mapping, Bucketing, Resampling, Arranging):
    """A stream of elements, structures of tensors.

    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(1000).repeat().batch(32)
    image, label = dataset.make_one_shot_iterator().get_next()
    """

    def apply(self, transformation_func: Callable[[Dataset], Dataset]) -> Dataset:
        """transformation_func(self). Raises TypeError where that is no dataset."""
        made = transformation_func(self)
        if not isinstance(made, Dataset):
            raise TypeError(f"`transformation_func` must return a `tf.data.Dataset` object. Got {type(made)}.")
        return made if self._is_v2 or not made._is_v2 else made._as_v1()

    def make_one_shot_iterator(self) -> Iterator:
        """`tf.data.make_one_shot_iterator` of this dataset."""
        return make_one_shot_iterator(self)

    def make_initializable_iterator(self, shared_name: str | None = None) -> Iterator:
        """`tf.data.make_initializable_iterator` of this dataset."""
        return make_initializable_iterator(self, shared_name)

    def as_numpy_iterator(self) -> NumpyIterator:
        """Raises RuntimeError: a graph's elements are there only in a session's run."""
        return NumpyIterator(self)

    def options(self) -> Options:
        """What `with_options` has said so far."""
        return self._options

    def with_options(self, options: Options, name: str | None = None) -> Dataset:
        """The same elements; the options stay with what is made from this dataset and are part of the graph."""
        return with_options(self, options, name)

    _options: Options = Options()._fixed()
