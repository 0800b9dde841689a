"""Everything that Numba compiles. Only nbtf.vm.builder imports this, and only to compile what no image holds."""

from nbtf.native.processor import runs_here

if not runs_here():
    from numba.core import config

    config.CPU_NAME = config.CPU_FEATURES = None  # of the code; numba's own run-time library is for this machine
