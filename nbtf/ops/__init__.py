"""Op blocks, one file a family; nbtf/graph/registry.py imports a family when one of its ops is asked for."""
