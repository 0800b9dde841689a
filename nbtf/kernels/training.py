"""Steps of optimizers. One element's step is written once; the dense and the sparse form of an op go through it.

A step takes the variable and its slots, the position of the element, its gradient, and the op's scalars.
"""

import numpy as np
from numba import types
from numba.extending import overload, register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.scatter import row_size
from nbtf.shapes import check


@register_jitable
def check_rows(indices, rows):
    """All of them before anything is written."""
    for k in range(len(indices)):
        check(0 <= indices[k] < rows, "Index {} at offset {} in indices is out of range", indices[k], k)


@register_jitable
def square(x):
    return x * x


@register_jitable
def reciprocal_root(x):
    return type(x)(1) / np.sqrt(x)


@register_jitable
def sign(x):
    """-1, 0 or 1, and 0 of NaN, as Eigen has it."""
    return type(x)(int(x > 0) - int(x < 0))


@register_jitable
def clipped(x, bound):
    """x with its magnitude less by bound, and 0 where nothing is left."""
    return sign(x) * max(abs(x) - bound, type(x)(0))


def as_scalar(step, like):
    """An integer as a number of the same type as `like`."""
    return type(like)(step)


@overload(as_scalar)
def _compiled_as_scalar(step, like):
    kind = like if isinstance(like, types.Number) else types.float64
    return lambda step, like: kind(step)


# ---- gradient descent ------------------------------------------------------------------------------------------------


@kernel
def apply_gradient_descent(var, alpha, delta):
    rate = alpha[0]
    for i in range(len(delta)):
        var[i] -= delta[i] * rate


# ---- momentum --------------------------------------------------------------------------------------------------------


@register_jitable
def momentum_step(var, accum, i, grad, lr, momentum, use_nesterov):
    speed = accum[i] * momentum + grad
    accum[i] = speed
    if use_nesterov:
        var[i] -= grad * lr + speed * momentum * lr
    else:
        var[i] -= speed * lr


@kernel
def apply_momentum(var, accum, lr, grad, momentum, use_nesterov):
    rate, kept = lr[0], momentum[0]
    for i in range(len(grad)):
        momentum_step(var, accum, i, grad[i], rate, kept, use_nesterov)


@kernel
def sparse_apply_momentum(var, accum, lr, grad, indices, momentum, use_nesterov, var_dims):
    rate, kept, row = lr[0], momentum[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            momentum_step(var, accum, indices[k] * row + j, grad[k * row + j], rate, kept, use_nesterov)


@register_jitable
def keras_momentum_step(var, accum, i, grad, lr, momentum, use_nesterov):
    speed = accum[i] * momentum - grad * lr
    accum[i] = speed
    if use_nesterov:
        var[i] += speed * momentum - grad * lr
    else:
        var[i] += speed


@kernel
def apply_keras_momentum(var, accum, lr, grad, momentum, use_nesterov):
    rate, kept = lr[0], momentum[0]
    for i in range(len(grad)):
        keras_momentum_step(var, accum, i, grad[i], rate, kept, use_nesterov)


@kernel
def sparse_apply_keras_momentum(var, accum, lr, grad, indices, momentum, use_nesterov, var_dims):
    rate, kept, row = lr[0], momentum[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            keras_momentum_step(var, accum, indices[k] * row + j, grad[k * row + j], rate, kept, use_nesterov)


# ---- Adagrad ---------------------------------------------------------------------------------------------------------


@register_jitable
def adagrad_step(var, accum, i, grad, lr, update_slots):
    total = accum[i]
    if update_slots:
        total += square(grad)
        accum[i] = total
    var[i] -= grad * lr * reciprocal_root(total)


@kernel
def apply_adagrad(var, accum, lr, grad, update_slots):
    rate = lr[0]
    for i in range(len(grad)):
        adagrad_step(var, accum, i, grad[i], rate, update_slots)


@kernel
def sparse_apply_adagrad(var, accum, lr, grad, indices, update_slots, var_dims):
    rate, row = lr[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            adagrad_step(var, accum, indices[k] * row + j, grad[k * row + j], rate, update_slots)


@register_jitable
def adagrad_v2_step(var, accum, i, grad, lr, epsilon, update_slots):
    total = accum[i]
    if update_slots:
        total += square(grad)
        accum[i] = total
    var[i] -= grad * lr / (np.sqrt(total) + epsilon)


@kernel
def apply_adagrad_v2(var, accum, lr, epsilon, grad, update_slots):
    rate, small = lr[0], epsilon[0]
    for i in range(len(grad)):
        adagrad_v2_step(var, accum, i, grad[i], rate, small, update_slots)


@kernel
def sparse_apply_adagrad_v2(var, accum, lr, epsilon, grad, indices, update_slots, var_dims):
    rate, small, row = lr[0], epsilon[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            adagrad_v2_step(var, accum, indices[k] * row + j, grad[k * row + j], rate, small, update_slots)


@register_jitable
def adagrad_da_step(var, sums, squares, i, grad, lr, l1, l2, step):
    total = sums[i] + grad
    sums[i] = total
    total_square = squares[i] + square(grad)
    squares[i] = total_square
    reduced = clipped(total, l1 * step) if l1 > 0 else total
    var[i] = -lr * reduced / (l2 * step * lr + np.sqrt(total_square))


@kernel
def apply_adagrad_da(var, gradient_accumulator, gradient_squared_accumulator, grad, lr, l1, l2, global_step):
    rate, linear, quadratic = lr[0], l1[0], l2[0]
    step = as_scalar(global_step[0], rate)
    for i in range(len(grad)):
        adagrad_da_step(
            var, gradient_accumulator, gradient_squared_accumulator, i, grad[i], rate, linear, quadratic, step
        )


@kernel
def sparse_apply_adagrad_da(
    var, gradient_accumulator, gradient_squared_accumulator, grad, indices, lr, l1, l2, global_step, var_dims
):
    rate, linear, quadratic, row = lr[0], l1[0], l2[0], row_size(var_dims, 1)
    step = as_scalar(global_step[0], rate)
    sums, squares = gradient_accumulator, gradient_squared_accumulator
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            at = indices[k] * row + j
            adagrad_da_step(var, sums, squares, at, grad[k * row + j], rate, linear, quadratic, step)


# ---- Adadelta --------------------------------------------------------------------------------------------------------


@register_jitable
def adadelta_step(var, accum, accum_update, i, grad, lr, rho, epsilon):
    one = type(rho)(1)
    mean = accum[i] * rho + square(grad) * (one - rho)
    accum[i] = mean
    update = np.sqrt(accum_update[i] + epsilon) * reciprocal_root(mean + epsilon) * grad
    accum_update[i] = accum_update[i] * rho + square(update) * (one - rho)
    var[i] -= update * lr


@kernel
def apply_adadelta(var, accum, accum_update, lr, rho, epsilon, grad):
    rate, decay, small = lr[0], rho[0], epsilon[0]
    for i in range(len(grad)):
        adadelta_step(var, accum, accum_update, i, grad[i], rate, decay, small)


@kernel
def sparse_apply_adadelta(var, accum, accum_update, lr, rho, epsilon, grad, indices, var_dims):
    rate, decay, small, row = lr[0], rho[0], epsilon[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            adadelta_step(var, accum, accum_update, indices[k] * row + j, grad[k * row + j], rate, decay, small)


# ---- Adam ------------------------------------------------------------------------------------------------------------


@kernel
def apply_adam(var, m, v, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad, use_nesterov):
    one = type(lr[0])(1)
    rate = lr[0] * np.sqrt(one - beta2_power[0]) / (one - beta1_power[0])
    kept, fresh1, fresh2, small = beta1[0], one - beta1[0], one - beta2[0], epsilon[0]
    for i in range(len(grad)):
        mean = m[i] + (grad[i] - m[i]) * fresh1
        mean_square = v[i] + (square(grad[i]) - v[i]) * fresh2
        m[i] = mean
        v[i] = mean_square
        if use_nesterov:
            var[i] -= (grad[i] * fresh1 + kept * mean) * rate / (np.sqrt(mean_square) + small)
        else:
            var[i] -= mean * rate / (np.sqrt(mean_square) + small)


@kernel
def apply_adam_with_amsgrad(var, m, v, vhat, beta1_power, beta2_power, lr, beta1, beta2, epsilon, grad):
    one = type(lr[0])(1)
    rate = lr[0] * np.sqrt(one - beta2_power[0]) / (one - beta1_power[0])
    fresh1, fresh2, small = one - beta1[0], one - beta2[0], epsilon[0]
    for i in range(len(grad)):
        mean = m[i] + (grad[i] - m[i]) * fresh1
        mean_square = v[i] + (square(grad[i]) - v[i]) * fresh2
        m[i] = mean
        v[i] = mean_square
        largest = max(vhat[i], mean_square)
        vhat[i] = largest
        var[i] -= mean * rate / (np.sqrt(largest) + small)


@kernel
def apply_ada_max(var, m, v, beta1_power, lr, beta1, beta2, epsilon, grad):
    one = type(lr[0])(1)
    rate = lr[0] / (one - beta1_power[0])
    fresh, decay, small = one - beta1[0], beta2[0], epsilon[0]
    for i in range(len(grad)):
        mean = m[i] + (grad[i] - m[i]) * fresh
        largest = max(decay * v[i], abs(grad[i]))
        m[i] = mean
        v[i] = largest
        var[i] -= rate * (mean / (largest + small))


# ---- RMSProp ---------------------------------------------------------------------------------------------------------


@register_jitable
def moved(mean, x, rho):
    """A running mean after one more value, as dense steps compute it: an infinite mean becomes NaN."""
    return mean + (x - mean) * (type(rho)(1) - rho)


@register_jitable
def mixed(mean, x, rho):
    """The same, as sparse steps compute it: an infinite mean stays."""
    return mean * rho + x * (type(rho)(1) - rho)


@register_jitable
def rmsprop_step(var, mom, i, grad, mean, lr, momentum, epsilon):
    speed = mom[i] * momentum + grad * lr * reciprocal_root(mean + epsilon)
    mom[i] = speed
    var[i] -= speed


@kernel
def apply_rmsprop(var, ms, mom, lr, rho, momentum, epsilon, grad):
    rate, decay, kept, small = lr[0], rho[0], momentum[0], epsilon[0]
    for i in range(len(grad)):
        ms[i] = moved(ms[i], square(grad[i]), decay)
        rmsprop_step(var, mom, i, grad[i], ms[i], rate, kept, small)


@kernel
def sparse_apply_rmsprop(var, ms, mom, lr, rho, momentum, epsilon, grad, indices, var_dims):
    rate, decay, kept, small, row = lr[0], rho[0], momentum[0], epsilon[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            at, change = indices[k] * row + j, grad[k * row + j]
            ms[at] = mixed(ms[at], square(change), decay)
            rmsprop_step(var, mom, at, change, ms[at], rate, kept, small)


@kernel
def apply_centered_rmsprop(var, mg, ms, mom, lr, rho, momentum, epsilon, grad):
    rate, decay, kept, small = lr[0], rho[0], momentum[0], epsilon[0]
    for i in range(len(grad)):
        ms[i] = moved(ms[i], square(grad[i]), decay)
        mg[i] = moved(mg[i], grad[i], decay)
        rmsprop_step(var, mom, i, grad[i], ms[i] - square(mg[i]), rate, kept, small)


@kernel
def sparse_apply_centered_rmsprop(var, mg, ms, mom, lr, rho, momentum, epsilon, grad, indices, var_dims):
    rate, decay, kept, small, row = lr[0], rho[0], momentum[0], epsilon[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            at, change = indices[k] * row + j, grad[k * row + j]
            ms[at] = mixed(ms[at], square(change), decay)
            mg[at] = mixed(mg[at], change, decay)
            rmsprop_step(var, mom, at, change, ms[at] - square(mg[at]), rate, kept, small)


# ---- follow the regularized leader -----------------------------------------------------------------------------------


@register_jitable
def inverse_power(x, power):
    return np.sqrt(x) if power == type(power)(-0.5) else x ** (-power)


@register_jitable
def ftrl_sums(var, accum, linear, i, grad, lr, l1, l2, shrinkage, power, by_rate):
    """The new linear, what it must exceed, and what the rest is divided by.

    by_rate: linear is kept multiplied by the learning rate.
    """
    two = type(lr)(2)
    shrunk = grad + two * shrinkage * var[i]
    total = accum[i] + square(grad)
    change = inverse_power(total, power) - inverse_power(accum[i], power)
    if by_rate:
        sum_ = linear[i] + (shrunk * lr - change * var[i])
        bound, quadratic = l1 * lr, inverse_power(total, power) + two * l2 * lr
    else:
        sum_ = linear[i] + (shrunk - change / lr * var[i])
        bound, quadratic = l1, inverse_power(total, power) / lr + two * l2
    linear[i] = sum_
    accum[i] = total
    return sum_, bound, quadratic


@register_jitable
def ftrl_step(var, accum, linear, i, grad, lr, l1, l2, shrinkage, power, by_rate):
    """A dense step: 0 where the sum is NaN."""
    total, bound, quadratic = ftrl_sums(var, accum, linear, i, grad, lr, l1, l2, shrinkage, power, by_rate)
    var[i] = (bound * sign(total) - total) / quadratic if abs(total) > bound else type(lr)(0)


@register_jitable
def ftrl_rows(var, accum, linear, grad, indices, lr, l1, l2, shrinkage, power, by_rate, dims):
    check(lr > 0 or (lr == 0 and by_rate), "lr is not a positive scalar (or zero if multiply_linear_by_lr is set): []")
    check(l1 >= 0, "l1 regularization strength is not a non-negative scalar: []")
    check(l2 >= 0, "l2 regularization strength is not a non-negative scalar: []")
    check(shrinkage >= 0, "l2 shrinkage regularization strength is not a non-negative scalar: []")
    check(power <= 0, "lr_power is not a non-positive scalar: []")
    check_rows(indices, dims[0])
    row = row_size(dims, 1)
    for k in range(len(indices)):
        for j in range(row):
            at, change = indices[k] * row + j, grad[k * row + j]
            total, bound, quadratic = ftrl_sums(var, accum, linear, at, change, lr, l1, l2, shrinkage, power, by_rate)
            held = bound if total > bound else -bound if total < -bound else total  # a NaN sticks
            var[at] = (held - total) / quadratic


@kernel
def apply_ftrl(var, accum, linear, grad, lr, l1, l2, lr_power, multiply_linear_by_lr):
    rate, absolute, quadratic, power = lr[0], l1[0], l2[0], lr_power[0]
    none = type(rate)(0)
    for i in range(len(grad)):
        ftrl_step(var, accum, linear, i, grad[i], rate, absolute, quadratic, none, power, multiply_linear_by_lr)


@kernel
def apply_ftrl_v2(var, accum, linear, grad, lr, l1, l2, l2_shrinkage, lr_power, multiply_linear_by_lr):
    rate, absolute, quadratic, shrinkage, power = lr[0], l1[0], l2[0], l2_shrinkage[0], lr_power[0]
    for i in range(len(grad)):
        ftrl_step(var, accum, linear, i, grad[i], rate, absolute, quadratic, shrinkage, power, multiply_linear_by_lr)


@kernel
def sparse_apply_ftrl(var, accum, linear, grad, indices, lr, l1, l2, lr_power, multiply_linear_by_lr, var_dims):
    rate, power, by_rate = lr[0], lr_power[0], multiply_linear_by_lr
    none = type(rate)(0)
    ftrl_rows(var, accum, linear, grad, indices, rate, l1[0], l2[0], none, power, by_rate, var_dims)


@kernel
def sparse_apply_ftrl_v2(
    var, accum, linear, grad, indices, lr, l1, l2, l2_shrinkage, lr_power, multiply_linear_by_lr, var_dims
):
    shrinkage, power, by_rate = l2_shrinkage[0], lr_power[0], multiply_linear_by_lr
    ftrl_rows(var, accum, linear, grad, indices, lr[0], l1[0], l2[0], shrinkage, power, by_rate, var_dims)


# ---- proximal steps --------------------------------------------------------------------------------------------------


@register_jitable
def shrink(x, rate, l1, l2):
    """Where the penalties l1 and l2 draw x in a step of this rate."""
    left = clipped(x, rate * l1) if l1 > 0 else x
    return left / (type(x)(1) + l2 * rate)


@kernel
def apply_proximal_gradient_descent(var, alpha, l1, l2, delta):
    rate, absolute, quadratic = alpha[0], l1[0], l2[0]
    for i in range(len(delta)):
        var[i] = shrink(var[i] - delta[i] * rate, rate, absolute, quadratic)


@kernel
def sparse_apply_proximal_gradient_descent(var, alpha, l1, l2, grad, indices, var_dims):
    rate, absolute, quadratic, row = alpha[0], l1[0], l2[0], row_size(var_dims, 1)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            at = indices[k] * row + j
            var[at] = shrink(var[at] - grad[k * row + j] * rate, rate, absolute, quadratic)


@register_jitable
def check_proximal(lr, l1, l2):
    check(lr > 0, "lr is not a positive scalar: []")
    check(l1 >= 0, "l1 regularization strength is not a non-negative scalar: []")
    check(l2 >= 0, "l2 regularization strength is not a non-negative scalar: []")


@register_jitable
def proximal_adagrad_step(var, accum, i, grad, lr, l1, l2):
    total = accum[i] + square(grad)
    accum[i] = total
    rate = lr * reciprocal_root(total)
    var[i] = shrink(var[i] - grad * rate, rate, l1, l2)


@kernel
def apply_proximal_adagrad(var, accum, lr, l1, l2, grad):
    rate, absolute, quadratic = lr[0], l1[0], l2[0]
    check_proximal(rate, absolute, quadratic)
    for i in range(len(grad)):
        proximal_adagrad_step(var, accum, i, grad[i], rate, absolute, quadratic)


@kernel
def sparse_apply_proximal_adagrad(var, accum, lr, l1, l2, grad, indices, var_dims):
    rate, absolute, quadratic, row = lr[0], l1[0], l2[0], row_size(var_dims, 1)
    check_proximal(rate, absolute, quadratic)
    check_rows(indices, var_dims[0])
    for k in range(len(indices)):
        for j in range(row):
            proximal_adagrad_step(var, accum, indices[k] * row + j, grad[k * row + j], rate, absolute, quadratic)


# ---- signs -----------------------------------------------------------------------------------------------------------


@kernel
def apply_add_sign(var, m, lr, alpha, sign_decay, beta, grad):
    rate, base, decay, kept = lr[0], alpha[0], sign_decay[0], beta[0]
    fresh = type(kept)(1) - kept
    for i in range(len(grad)):
        mean = m[i] * kept + grad[i] * fresh
        m[i] = mean
        var[i] -= rate * (base + decay * sign(grad[i]) * sign(mean)) * grad[i]


@kernel
def apply_power_sign(var, m, lr, logbase, sign_decay, beta, grad):
    rate, power, kept = lr[0], logbase[0] * sign_decay[0], beta[0]
    fresh = type(kept)(1) - kept
    for i in range(len(grad)):
        mean = m[i] * kept + grad[i] * fresh
        m[i] = mean
        var[i] -= rate * np.exp(power * sign(grad[i]) * sign(mean)) * grad[i]
