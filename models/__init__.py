"""Example models: for each a builder and a training script, `python -m models.<name>.train`."""
