"""Activations and their gradients: elementwise ops of neural networks."""

from nbtf.graph.registry import elementwise

elementwise("Relu", 1, doc="max(x, 0).")
elementwise("Relu6", 1, doc="min(max(x, 0), 6).")
elementwise("LeakyRelu", 1, scalars=("alpha",), doc="x where x > 0, else alpha x.")
elementwise("Elu", 1, doc="x where x >= 0, else exp(x) - 1.")
elementwise("Selu", 1, doc="Scaled Elu that keeps activations near mean 0 and variance 1.")
elementwise("Softplus", 1, doc="log(1 + exp(x)).")
elementwise("Softsign", 1, doc="x / (1 + |x|).")

# inputs: gradients, then features; of Elu and Selu, gradients and then outputs
elementwise("ReluGrad", 2, alike=2)
elementwise("Relu6Grad", 2, alike=2)
elementwise("LeakyReluGrad", 2, scalars=("alpha",), alike=2)
elementwise("EluGrad", 2, alike=2)
elementwise("SeluGrad", 2, alike=2)
elementwise("SoftplusGrad", 2, alike=2)
elementwise("SoftsignGrad", 2, alike=2)
