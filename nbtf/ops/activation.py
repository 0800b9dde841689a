"""Activations and their gradients: elementwise ops of neural networks."""

from nbtf.graph.registry import elementwise
from nbtf.ops import derivatives

elementwise("Relu", 1, gradient=derivatives.relu, doc="max(x, 0).")
elementwise("Relu6", 1, gradient=derivatives.relu6, doc="min(max(x, 0), 6).")
elementwise("LeakyRelu", 1, scalars=("alpha",), gradient=derivatives.leaky_relu, doc="x where x > 0, else alpha x.")
elementwise("Elu", 1, gradient=derivatives.elu, doc="x where x >= 0, else exp(x) - 1.")
elementwise("Selu", 1, gradient=derivatives.selu, doc="Scaled Elu that keeps activations near mean 0 and variance 1.")
elementwise("Softplus", 1, gradient=derivatives.softplus, doc="log(1 + exp(x)).")
elementwise("Softsign", 1, gradient=derivatives.softsign, doc="x / (1 + |x|).")

# inputs: gradients, then features; of Elu and Selu, gradients and then outputs
elementwise("ReluGrad", 2, alike=2, gradient=derivatives.relu_grad)
elementwise("Relu6Grad", 2, alike=2, gradient=derivatives.relu6_grad)
elementwise("LeakyReluGrad", 2, scalars=("alpha",), alike=2, gradient=derivatives.leaky_relu_grad)
elementwise("EluGrad", 2, alike=2, gradient=derivatives.elu_grad)
elementwise("SeluGrad", 2, alike=2, gradient=derivatives.selu_grad)
elementwise("SoftplusGrad", 2, alike=2, gradient=derivatives.softplus_grad)
elementwise("SoftsignGrad", 2, alike=2)
