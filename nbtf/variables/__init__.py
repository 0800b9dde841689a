"""Variables: their classes, scopes that name and share them, and the functions that assign and initialize them.

Public names are top-level ones of `nbtf`.
"""
