"""tf.logging: lines such as `INFO:tensorflow:Restoring parameters from m-3`, of nbtf itself and of its users."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.logging.lines import DEBUG as DEBUG
from nbtf.logging.lines import ERROR as ERROR
from nbtf.logging.lines import FATAL as FATAL
from nbtf.logging.lines import INFO as INFO
from nbtf.logging.lines import TaskLevelStatusMessage as TaskLevelStatusMessage
from nbtf.logging.lines import WARN as WARN
from nbtf.logging.lines import debug as debug
from nbtf.logging.lines import error as error
from nbtf.logging.lines import fatal as fatal
from nbtf.logging.lines import flush as flush
from nbtf.logging.lines import get_verbosity as get_verbosity
from nbtf.logging.lines import info as info
from nbtf.logging.lines import log as log
from nbtf.logging.lines import log_every_n as log_every_n
from nbtf.logging.lines import log_first_n as log_first_n
from nbtf.logging.lines import log_if as log_if
from nbtf.logging.lines import set_verbosity as set_verbosity
from nbtf.logging.lines import vlog as vlog
from nbtf.logging.lines import warn as warn
from nbtf.logging.lines import warning as warning
