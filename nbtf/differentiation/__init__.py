"""Gradients that people write themselves, recomputation, and second derivatives. See nbtf/graph/gradient_walk.py."""
