"""Stochastic dual coordinate ascent (Shalev-Shwartz and Zhang) for linear models.

Each example has a dual variable. A step takes the one that maximizes the dual objective with all others as they are, and
moves the weights along: w = sum of dual * weight of the example * features / l2, shrunk by l1 / l2. One of
`num_loss_partitions` workers takes its own steps for those of all: it assumes that the others move as it does.
"""

import math

import numpy as np
from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.kernels.random import advance, philox, unit_double
from nbtf.shapes import check

LOGISTIC, SQUARED, HINGE, SMOOTH_HINGE, POISSON = range(5)  # loss_type, as the signature lists them
NEWTON_STEPS = 10
LARGEST = np.finfo(np.float64).max  # the dual loss of what no dual variable may be
FREE = -1

# ---- losses: functions of a prediction wx and a label y ---------------------------------------------------------------


@register_jitable
def label_of(loss, label):
    """Classes as -1 and 1, counts and values as they are."""
    if loss == POISSON:
        check(
            label >= 0,
            "Only non-negative labels can be used with the Poisson log loss. Found example with label: {}",
            label,
        )
        return np.float64(label)
    if loss == SQUARED:
        return np.float64(label)
    check(
        label == 0 or label == 1,
        "Only labels of 0.0 or 1.0 are supported right now. Found example with label: {}",
        label,
    )
    return 2.0 * label - 1.0


@register_jitable
def primal_loss(loss, wx, y):
    if loss == SQUARED:
        return 0.5 * (wx - y) * (wx - y)
    if loss == POISSON:
        return math.exp(wx) - wx * y
    margin = y * wx
    if loss == LOGISTIC:
        return math.log1p(math.exp(-margin)) if margin > 0 else math.log1p(math.exp(margin)) - margin
    if loss == HINGE:
        return max(0.0, 1 - margin)
    if margin >= 1:
        return 0.0
    return 0.5 - margin if margin <= 0 else 0.5 * (1 - margin) * (1 - margin)


@register_jitable
def primal_slope(loss, wx, y):
    """Of the loss, by the prediction."""
    if loss == SQUARED:
        return wx - y
    if loss == POISSON:
        return math.exp(wx) - y
    margin = y * wx
    if loss == LOGISTIC:
        grown = math.exp(-abs(margin))
        return -y * (grown / (1 + grown) if margin > 0 else 1 / (1 + grown))
    if loss == HINGE:
        return -y if margin < 1 else 0.0
    return 0.0 if margin >= 1 else (-y if margin <= 0 else (margin - 1) * y)


@register_jitable
def smoothness(loss):
    """1 / the largest second derivative of the loss, or what stands for it."""
    if loss == LOGISTIC:
        return 4.0
    return 1.0 if loss == SQUARED or loss == SMOOTH_HINGE or loss == POISSON else 0.0


@register_jitable
def times_log(x):
    return x * math.log(x) if x > 0 else 0.0


@register_jitable
def dual_loss(loss, dual, y):
    if loss == SQUARED:
        return dual * (0.5 * dual - y)
    if loss == POISSON:
        rest = y - dual
        if rest == 0:
            return 0.0
        return rest * (math.log(rest) - 1) if rest > 0 else LARGEST
    share = y * dual
    if loss == LOGISTIC:
        return times_log(share) + times_log(1 - share)
    if share < 0 or share > 1:
        return LARGEST
    return -share if loss == HINGE else -share + 0.5 * dual * dual


@register_jitable
def updated_dual(loss, dual, wx, y, pull):
    """The dual variable that is best for one example. pull: by how much 1 more of it changes its own prediction."""
    if loss == SQUARED:
        return dual + (y - dual - wx) / (1 + pull)
    if loss == LOGISTIC:
        return logistic_dual(dual, wx, y, pull)
    if loss == POISSON:
        return poisson_dual(dual, wx, y, pull)
    moved = dual + ((y - wx) / pull if loss == HINGE else (y - wx - dual) / (pull + 1))
    return 0.0 if y * moved < 0 else min(y * moved, 1.0) * y


@register_jitable
def logistic_dual(dual, wx, y, pull):
    """By Newton's method for x where the dual variable is y (1 + tanh x) / 2."""
    x = 0.0
    for _ in range(NEWTON_STEPS):
        bent = math.tanh(x)
        value = -2 * y * x - wx - pull * (0.5 * (1 + bent) / y - dual)
        slope = -2 * y - pull * (1 - bent * bent) * 0.5 / y
        x -= value / slope
    return 0.5 * (1 + math.tanh(x)) / y


@register_jitable
def poisson_dual(dual, wx, y, pull):
    """By Newton's method for the prediction x where the dual variable is y - exp(x)."""
    x = math.log(y - dual) if dual < y else 0.0
    for _ in range(NEWTON_STEPS):
        grown = math.exp(x)
        x -= (x - wx - pull * (y - dual - grown)) / (1 + pull * grown)
    return y - math.exp(x)


# ---- features --------------------------------------------------------------------------------------------------------


@register_jitable
def shrunk(weight, threshold):
    kept = max(abs(weight) - threshold, type(weight)(0))
    return kept if weight > 0 else -kept


@register_jitable
def clear(view):
    for i in range(len(view)):
        view[i] = 0


@register_jitable
def sum_of(terms, count, lanes):
    """The first terms, of a dense feature, summed in TensorFlow's order: 32 sums side by side, of them 8, and what is left one by one."""
    wide, narrow = count - count % 32, count - count % 8
    clear(lanes)
    for i in range(wide):
        lanes[i & 31] += terms[i]
    for i in range(8):
        lanes[i] = ((lanes[i] + lanes[8 + i]) + lanes[16 + i]) + lanes[24 + i]
    for i in range(wide, narrow):
        lanes[i & 7] += terms[i]
    for i in range(4):
        lanes[i] += lanes[4 + i]
    rest = np.float32(0)
    for i in range(narrow, count):
        rest += terms[i]
    return np.float64(np.float32(rest + ((lanes[0] + lanes[2]) + (lanes[1] + lanes[3]))))


@register_jitable
def entry_begins(example_indices, begins, first, examples):
    """Where each example's entries begin in a sparse feature, whose example indices ascend; those of no example end it."""
    at = 0
    begins[first] = 0
    for example in range(examples):
        while at < len(example_indices) and example_indices[at] == example:
            at += 1
        begins[first + example + 1] = at


@register_jitable
def place_features(ids, weights, features, used, table, places, first):
    """Where the weight of each entry is, by a hash table of the ids: the last of equal ones counts."""
    for i in range(len(table)):
        table[i] = FREE
    for i in range(len(ids)):
        at = slot_of(ids, table, ids[i])
        table[at] = i
    for i in range(used):
        place = table[slot_of(ids, table, features[i])]
        check(place != FREE, "Found sparse feature indices out of valid range: {}", features[i])
        check(place < weights, "sparse_indices has {} elements, but sparse_weights {}", len(ids), weights)
        places[first + i] = place


@register_jitable
def slot_of(ids, table, wanted):
    at = ((wanted * 2654435761) & 0x7FFFFFFFFFFFFFFF) % len(table)
    while table[at] != FREE and ids[table[at]] != wanted:
        at = (at + 1) % len(table)
    return at


@register_jitable
def check_distinct(begins, first_begin, examples, places, first, seen, weights):
    """No feature twice in one example."""
    for i in range(weights):
        seen[i] = FREE
    for example in range(examples):
        for i in range(first + begins[first_begin + example], first + begins[first_begin + example + 1]):
            check(seen[places[i]] != example, "Duplicate index in sparse vector.")
            seen[places[i]] = example


@register_jitable
def check_operands(
    sparse_example_indices,
    sparse_feature_indices,
    sparse_feature_values,
    dense_features,
    dense_features_dims,
    dense_weights,
    examples,
    labels,
    state_dims,
):
    check(len(sparse_example_indices) + len(dense_features) > 0, "Requires at least one feature to train.")
    check(len(state_dims) == 2, "example_state_data must be rank 2 but is rank {}", len(state_dims))
    check(labels == examples, "Expected {} example labels but got {}", examples, labels)
    fits = state_dims[0] == examples and state_dims[1] == 4
    check(fits, "Expected shape [{},4] for example_state_data, got {}", examples, state_dims)
    check(
        len(sparse_feature_values) <= len(sparse_example_indices),
        "There are {} sparse_feature_values, but {} sparse features",
        len(sparse_feature_values),
        len(sparse_example_indices),
    )
    for g in range(len(sparse_example_indices)):
        check(
            len(sparse_example_indices[g]) == len(sparse_feature_indices[g]),
            "Found mismatched example_indices and feature_indices {} vs {}",
            sparse_example_indices[g],
            sparse_feature_indices[g],
        )
    for g in range(len(sparse_feature_values)):
        count, needed = len(sparse_feature_values[g]), len(sparse_feature_indices[g])
        check(count >= needed, "sparse_feature_values at index {} has {} elements for {} entries", g, count, needed)
    for g in range(len(dense_features)):
        dims = dense_features_dims[g]
        check(len(dims) == 2, "Dense features at index {} must be rank 2 but is rank {}", g, len(dims))
        check(dims[0] >= examples, "Dense features at index {} have {} rows for {} examples", g, dims[0], examples)
        weights = len(dense_weights[g])
        check(weights >= dims[1], "dense_weights at index {} has {} elements for {} columns", g, weights, dims[1])


# ---- one example -----------------------------------------------------------------------------------------------------


@register_jitable
def squared_norm(example, sparse, dense, lanes, terms):
    begins, examples, _, firsts, values, _, _ = sparse
    features, columns, _, _ = dense
    total = 0.0
    for g in range(len(firsts) - 1):
        low, high = begins[g * (examples + 1) + example], begins[g * (examples + 1) + example + 1]
        if g < len(values):
            for i in range(low, high):
                total += np.float64(values[g][i]) * np.float64(values[g][i])
        else:
            total += high - low
    for g in range(len(features)):
        width = columns[g][1]
        for i in range(width):
            x = features[g][example * width + i]
            terms[i] = x * x
        total += sum_of(terms, width, lanes)
    return total


@register_jitable
def prediction(example, sparse, dense, partitions, threshold, lanes, terms):
    """By the weights as they are now; with 0 partitions as they were before this run."""
    begins, examples, places, firsts, values, weights, deltas = sparse
    wx = 0.0
    for g in range(len(firsts) - 1):
        for i in range(begins[g * (examples + 1) + example], begins[g * (examples + 1) + example + 1]):
            place = places[firsts[g] + i]
            weight = weights[g][place] + deltas[g][place] * np.float32(partitions)
            weight = shrunk(np.float64(weight), np.float64(threshold))
            wx += values[g][i] * weight if g < len(values) else weight
    features, columns, weights, deltas = dense
    for g in range(len(features)):
        width = columns[g][1]
        for i in range(width):
            weight = weights[g][i] + deltas[g][i] * np.float32(partitions)
            terms[i] = features[g][example * width + i] * shrunk(weight, threshold)
        wx += sum_of(terms, width, lanes)
    return wx


@register_jitable
def move_weights(example, sparse, dense, step):
    """Along the example's features."""
    begins, examples, places, firsts, values, _, deltas = sparse
    for g in range(len(firsts) - 1):
        for i in range(begins[g * (examples + 1) + example], begins[g * (examples + 1) + example + 1]):
            deltas[g][places[firsts[g] + i]] += values[g][i] * step if g < len(values) else step
    features, columns, _, deltas = dense
    for g in range(len(features)):
        width = columns[g][1]
        for i in range(width):
            deltas[g][i] += features[g][example * width + i] * np.float32(step)


# ---- the order of examples -------------------------------------------------------------------------------------------


@register_jitable
def unit(start, at):
    """[0, 1): number `at` of the run that begins at `start`."""
    return unit_double(*philox(start + at, 0, 0)[:2])


@register_jitable
def shuffle(order, start):
    for i in range(len(order)):
        order[i] = i
    for i in range(len(order) - 1, 0, -1):
        k = int(unit(start, i) * (i + 1))
        order[i], order[k] = order[k], order[i]


@register_jitable
def first_above(sums, value):
    """Of ascending sums, the last of which is larger than the value."""
    low, high = 0, len(sums) - 1
    while low < high:
        middle = (low + high) // 2
        if sums[middle] > value:
            high = middle
        else:
            low = middle + 1
    return low


@register_jitable
def sample(order, weights, sums, picked, start):
    """Examples drawn by weight. One that was drawn k times is kept with probability 10^-k: then it is drawn less often.
    After as many rejections as there are examples, those that were never drawn are the rest of the order."""
    count, total = len(order), 0.0
    for i in range(count):
        total += weights[i] if 0 < weights[i] < math.inf else 0.0
        sums[i] = total
        picked[i] = 0
    found, rejected, at = 0, 0, 0
    while total > 0 and found < count and rejected < count:
        one = first_above(sums, unit(start, at) * total)
        if unit(start, at + 1) <= 0.1 ** picked[one]:
            picked[one] += 1
            order[found] = one
            found += 1
        else:
            rejected += 1
        at += 2
    for i in range(count):
        if found < count and picked[i] == 0:
            order[found] = i
            found += 1


# ---- the op ----------------------------------------------------------------------------------------------------------


@kernel
def sdca_optimizer(
    sparse_example_indices,
    sparse_feature_indices,
    sparse_feature_values,
    dense_features,
    example_weights,
    example_labels,
    sparse_indices,
    sparse_weights,
    dense_weights,
    example_state_data,
    out_example_state_data,
    out_delta_sparse_weights,
    out_delta_dense_weights,
    loss_type,
    adaptative,
    l1,
    l2,
    num_loss_partitions,
    dense_features_dims,
    example_state_data_dims,
    out_example_state_data_dims,
    begins,
    places,
    firsts,
    table,
    seen,
    lanes,
    terms,
    norms,
    order,
    odds,
    sums,
    picked,
    stream,
):
    examples = len(example_weights)
    check_operands(
        sparse_example_indices,
        sparse_feature_indices,
        sparse_feature_values,
        dense_features,
        dense_features_dims,
        dense_weights,
        examples,
        len(example_labels),
        example_state_data_dims,
    )
    for i in range(examples):
        label_of(loss_type, example_labels[i])
    l2, threshold = np.float64(np.float32(l2)), np.float32(l1) / np.float32(l2)
    firsts[0] = 0
    for g in range(len(sparse_example_indices)):
        first_begin, weights = g * (examples + 1), len(sparse_weights[g])
        firsts[g + 1] = firsts[g] + len(sparse_feature_indices[g])
        entry_begins(sparse_example_indices[g], begins, first_begin, examples)
        used = begins[first_begin + examples]
        slots = table[: 2 * len(sparse_indices[g]) + 1]
        place_features(sparse_indices[g], weights, sparse_feature_indices[g], used, slots, places, firsts[g])
        check_distinct(begins, first_begin, examples, places, firsts[g], seen, weights)
        clear(out_delta_sparse_weights[g])
    for g in range(len(dense_features)):
        clear(out_delta_dense_weights[g])
    sparse = (begins, examples, places, firsts, sparse_feature_values, sparse_weights, out_delta_sparse_weights)
    dense = (dense_features, dense_features_dims, dense_weights, out_delta_dense_weights)
    for i in range(len(example_state_data)):
        out_example_state_data[i] = example_state_data[i]
    for i in range(examples):
        norms[i] = squared_norm(i, sparse, dense, lanes, terms)
    start = advance(stream, 2 * examples + 1)
    if adaptative:
        for i in range(examples):
            y = label_of(loss_type, example_labels[i])
            wx = prediction(i, sparse, dense, 0, threshold, lanes, terms)
            gap = abs(example_state_data[4 * i] + primal_slope(loss_type, wx, y))
            odds[i] = example_weights[i] * math.sqrt(norms[i] + l2 * smoothness(loss_type)) * gap
        sample(order, odds, sums, picked, start)
    else:
        shuffle(order, start)
    for at in range(examples):
        i = order[at]
        y, weight = label_of(loss_type, example_labels[i]), np.float64(example_weights[i])
        dual = np.float64(out_example_state_data[4 * i])
        before = prediction(i, sparse, dense, 0, threshold, lanes, terms)
        wx = prediction(i, sparse, dense, num_loss_partitions, threshold, lanes, terms)
        moved = updated_dual(loss_type, dual, wx, y, num_loss_partitions * (norms[i] / l2) * weight)
        move_weights(i, sparse, dense, (moved - dual) * weight / l2)
        out_example_state_data[4 * i] = moved
        out_example_state_data[4 * i + 1] = primal_loss(loss_type, before, y) * weight
        out_example_state_data[4 * i + 2] = dual_loss(loss_type, dual, y) * weight
        out_example_state_data[4 * i + 3] = weight
    out_example_state_data_dims[0] = examples
