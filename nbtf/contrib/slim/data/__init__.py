"""tf.contrib.slim.data: datasets of files of records, decoded into items."""

from nbtf.lazy import NameSpace

_names = NameSpace(
    __name__,
    {},
    (
        "data_decoder",
        "data_provider",
        "dataset",
        "dataset_data_provider",
        "parallel_reader",
        "prefetch_queue",
        "tfexample_decoder",
    ),
)
__getattr__, __dir__ = _names.find, _names.list
