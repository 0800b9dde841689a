"""tf.queue: queues of tensors between runs of a session."""

from nbtf.lazy import NameSpace

_names = NameSpace(
    __name__,
    {"nbtf.queue.queues": ("FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue")},
)
__getattr__, __dir__ = _names.find, _names.list
