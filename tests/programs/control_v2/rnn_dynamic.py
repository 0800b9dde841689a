"""rnn/dynamic with functions."""

from programs.control_flow_v2 import again

build, run, _ = again("rnn/dynamic")
