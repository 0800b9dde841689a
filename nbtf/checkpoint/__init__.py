"""Checkpoints: sorted tables, V2 bundles, V1 tables, and the ``checkpoint`` state file."""
