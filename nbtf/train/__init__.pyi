"""tf.train: checkpoints and their state file, meta graphs, messages."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.checkpoint.reader import NewCheckpointReader as NewCheckpointReader
from nbtf.checkpoint.reader import list_variables as list_variables
from nbtf.checkpoint.reader import load_checkpoint as load_checkpoint
from nbtf.checkpoint.reader import load_variable as load_variable
from nbtf.checkpoint.state import checkpoint_exists as checkpoint_exists
from nbtf.checkpoint.state import generate_checkpoint_state_proto as generate_checkpoint_state_proto
from nbtf.checkpoint.state import get_checkpoint_mtimes as get_checkpoint_mtimes
from nbtf.checkpoint.state import get_checkpoint_state as get_checkpoint_state
from nbtf.checkpoint.state import latest_checkpoint as latest_checkpoint
from nbtf.checkpoint.state import remove_checkpoint as remove_checkpoint
from nbtf.checkpoint.state import update_checkpoint_state as update_checkpoint_state
from nbtf.graph.graph_io import write_graph as write_graph
from nbtf.wire.schema import BytesList as BytesList
from nbtf.wire.schema import ClusterDef as ClusterDef
from nbtf.wire.schema import Example as Example
from nbtf.wire.schema import Feature as Feature
from nbtf.wire.schema import FeatureList as FeatureList
from nbtf.wire.schema import FeatureLists as FeatureLists
from nbtf.wire.schema import Features as Features
from nbtf.wire.schema import FloatList as FloatList
from nbtf.wire.schema import Int64List as Int64List
from nbtf.wire.schema import JobDef as JobDef
from nbtf.wire.schema import SaverDef as SaverDef
from nbtf.wire.schema import SequenceExample as SequenceExample
