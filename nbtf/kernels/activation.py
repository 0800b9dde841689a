"""Scalar rules of activations and their gradients."""

import numpy as np

from nbtf.kernels import vector_math
from nbtf.kernels.jit import scalar_rule

# the fixed point of mean and variance that "Self-Normalizing Neural Networks" (Klambauer et al., 2017) derives
SELU_SCALE = 1.0507009873554804934193349852946
SELU_SCALE_ALPHA = 1.7580993408473768599402175208123


@scalar_rule
def relu(x):
    return x if x > 0 or x != x else type(x)(0)  # a NaN passes, as in TF


@scalar_rule
def relu6(x):
    if x > 6:
        return type(x)(6)
    return x if x > 0 or x != x else type(x)(0)


@scalar_rule
def leaky_relu(x, alpha):
    return x if x > 0 else x * alpha


@scalar_rule
def elu(x):
    return vector_math.expm1(x) if x < 0 else x


@scalar_rule
def selu(x):
    return type(x)(SELU_SCALE_ALPHA) * vector_math.expm1(x) if x < 0 else type(x)(SELU_SCALE) * x


@scalar_rule
def softplus(x):
    return (type(x)(0) if x < 0 else x) + vector_math.log1p(vector_math.exp(-np.abs(x)))


@scalar_rule
def softsign(x):
    return x / (type(x)(1) + np.abs(x))


@scalar_rule
def relu_grad(gradient, feature):
    return gradient * type(gradient)(feature > 0)  # the product, not a choice: Inf times 0 is NaN, as in TF


@scalar_rule
def relu6_grad(gradient, feature):
    return gradient * type(gradient)(feature > 0 and feature < 6)


@scalar_rule
def leaky_relu_grad(gradient, feature, alpha):
    return gradient if feature > 0 else gradient * alpha


@scalar_rule
def elu_grad(gradient, output):
    return gradient * (output + type(output)(1)) if output < 0 else gradient


@scalar_rule
def selu_grad(gradient, output):
    slope = output + type(output)(SELU_SCALE_ALPHA) if output < 0 else type(output)(SELU_SCALE)
    return gradient * slope


@scalar_rule
def softplus_grad(gradient, feature):
    return gradient / (vector_math.exp(-feature) + type(feature)(1))


@scalar_rule
def softsign_grad(gradient, feature):
    root = type(feature)(1) + np.abs(feature)
    return gradient / (root * root)
