"""Native code without a compiler at hand: LLVM through llvmlite, object images, crc32c. Knows nothing of graphs."""
