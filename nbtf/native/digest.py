"""BLAKE2b, without what importing hashlib brings: OpenSSL, which takes longer to load than most kernels.

Python makes hashlib.blake2b of a small module of its own; that has no public name, so hashlib stands behind it.
"""

try:
    from _blake2 import blake2b
except ImportError:  # a Python that has it elsewhere
    from hashlib import blake2b

__all__ = ["blake2b"]
