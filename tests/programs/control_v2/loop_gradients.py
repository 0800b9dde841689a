"""control/loop_gradients with functions; what fails there has gradients here."""

from programs.control_flow_v2 import again

build, run, _ = again("control/loop_gradients")
