"""Everything that Numba compiles. Only nbtf.vm.builder imports this package, and only to compile what no image holds."""
