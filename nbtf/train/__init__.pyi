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
from nbtf.summary.event_file import summary_iterator as summary_iterator
from nbtf.train.adam import AdamOptimizer as AdamOptimizer
from nbtf.train.adaptive import AdadeltaOptimizer as AdadeltaOptimizer
from nbtf.train.adaptive import AdagradDAOptimizer as AdagradDAOptimizer
from nbtf.train.adaptive import AdagradOptimizer as AdagradOptimizer
from nbtf.train.adaptive import FtrlOptimizer as FtrlOptimizer
from nbtf.train.adaptive import ProximalAdagradOptimizer as ProximalAdagradOptimizer
from nbtf.train.adaptive import RMSPropOptimizer as RMSPropOptimizer
from nbtf.train.descent import GradientDescentOptimizer as GradientDescentOptimizer
from nbtf.train.descent import MomentumOptimizer as MomentumOptimizer
from nbtf.train.descent import ProximalGradientDescentOptimizer as ProximalGradientDescentOptimizer
from nbtf.train.meta_graph_export import export_meta_graph as export_meta_graph
from nbtf.train.meta_graph_import import import_meta_graph as import_meta_graph
from nbtf.train.optimizer import Optimizer as Optimizer
from nbtf.train.saver import Saver as Saver
from nbtf.train.steps import assert_global_step as assert_global_step
from nbtf.train.steps import create_global_step as create_global_step
from nbtf.train.steps import get_global_step as get_global_step
from nbtf.train.steps import get_or_create_global_step as get_or_create_global_step
from nbtf.train.steps import global_step as global_step
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
