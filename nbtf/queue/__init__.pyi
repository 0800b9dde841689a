"""tf.queue: queues of tensors between runs of a session."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.queue.queues import FIFOQueue as FIFOQueue
from nbtf.queue.queues import PaddingFIFOQueue as PaddingFIFOQueue
from nbtf.queue.queues import PriorityQueue as PriorityQueue
from nbtf.queue.queues import QueueBase as QueueBase
from nbtf.queue.queues import RandomShuffleQueue as RandomShuffleQueue
