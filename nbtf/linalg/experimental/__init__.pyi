"""tf.linalg.experimental: systems solved step by step."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.linear_operators.conjugate_gradient import conjugate_gradient as conjugate_gradient
