"""Everything that Numba compiles. Only nbtf.vm.builder imports this, and only to compile what no image holds."""
