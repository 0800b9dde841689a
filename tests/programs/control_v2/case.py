"""control/case with functions."""

from programs.control_flow_v2 import again

build, run, errors = again("control/case")
