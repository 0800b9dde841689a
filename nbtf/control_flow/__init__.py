"""Control flow: branches, loops, TensorArrays, and operations that only order others."""
