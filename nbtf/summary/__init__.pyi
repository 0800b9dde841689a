"""tf.summary: what TensorBoard shows, of a graph's tensors and of its runs."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.summary.file_writer import FileWriter as FileWriter
from nbtf.summary.file_writer import FileWriterCache as FileWriterCache
from nbtf.summary.summaries import all_v2_summary_ops as all_v2_summary_ops
from nbtf.summary.summaries import audio as audio
from nbtf.summary.summaries import get_summary_description as get_summary_description
from nbtf.summary.summaries import histogram as histogram
from nbtf.summary.summaries import image as image
from nbtf.summary.summaries import initialize as initialize
from nbtf.summary.summaries import merge as merge
from nbtf.summary.summaries import merge_all as merge_all
from nbtf.summary.summaries import scalar as scalar
from nbtf.summary.summaries import tensor_summary as tensor_summary
from nbtf.summary.summaries import text as text
from nbtf.wire.schema import Event as Event
from nbtf.wire.schema import SessionLog as SessionLog
from nbtf.wire.schema import Summary as Summary
from nbtf.wire.schema import SummaryDescription as SummaryDescription
from nbtf.wire.schema import TaggedRunMetadata as TaggedRunMetadata
