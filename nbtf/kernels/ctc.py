"""Connectionist temporal classification: the loss by forward and backward sums, and the greedy decoder."""

import math

from numba.extending import register_jitable

from nbtf.kernels.jit import kernel
from nbtf.shapes import check, precondition


@register_jitable
def log_add(a, b):
    """log(exp(a) + exp(b)); -inf stands for a probability of 0."""
    if a == -math.inf:
        return b
    if b == -math.inf:
        return a
    return max(a, b) + math.log1p(math.exp(-abs(a - b)))


@register_jitable
def check_labels(indices, batch):
    """Sorted pairs (batch, position), without repetition, and at least one for every batch."""
    positions = 0
    for i in range(len(indices) // 2):
        positions = max(positions, indices[2 * i + 1] + 1)
    for i in range(len(indices) // 2):
        b, position = indices[2 * i], indices[2 * i + 1]
        check(
            0 <= b < batch and position >= 0,
            "label SparseTensor is not valid: indices[{}] = [{},{}] is out of bounds: need 0 <= index < [{},{}]",
            i,
            b,
            position,
            batch,
            positions,
        )
        if i > 0:
            before, place = indices[2 * i - 2], indices[2 * i - 1]
            check(
                b > before or (b == before and position >= place),
                "label SparseTensor is not valid: indices[{}] = [{},{}] is out of order. Many sparse ops require "
                "sorted indices.",
                i,
                b,
                position,
            )
            check(
                b != before or position != place,
                "label SparseTensor is not valid: indices[{}] = [{},{}] is repeated",
                i,
                b,
                position,
            )


@register_jitable
def write_targets(labels, targets, b, blank, collapse):
    """targets = labels with a blank before, between and behind; a label >= blank ends them. Returns their number."""
    count = 0
    finished = False
    for i in range(len(labels)):
        check(labels[i] >= 0, "All labels must be nonnegative integers, batch: {} labels: {:,}", b, labels)
        if collapse and i > 0 and labels[i] == labels[i - 1]:
            continue
        if labels[i] >= blank:
            finished = True
        else:
            check(
                not finished,
                "Saw a non-null label (index >= num_classes - 1) following a null label, batch: {} num_classes: {} "
                "labels: {:,}",
                b,
                blank + 1,
                labels,
            )
            targets[2 * count] = blank
            targets[2 * count + 1] = labels[i]
            count += 1
    targets[2 * count] = blank
    return 2 * count + 1


@register_jitable
def write_log_softmax(inputs, logs, b, times, batch, classes):
    for t in range(times):
        x = inputs[(t * batch + b) * classes : (t * batch + b + 1) * classes]
        y = logs[t * classes : (t + 1) * classes]
        largest = x[0]
        for k in range(1, classes):
            largest = max(largest, x[k])
        total = 0.0
        for k in range(classes):
            total += math.exp(x[k] - largest)
        shift = largest + math.log(total)
        for k in range(classes):
            y[k] = x[k] - shift


@register_jitable
def write_forward(forward, logs, targets, times, classes, merge):
    """forward[t, u] = log probability of all paths that at t have come to target u, step t included."""
    count = len(targets)
    blank = classes - 1
    for t in range(times):
        now, before = forward[t * count : (t + 1) * count], forward[max(t - 1, 0) * count : t * count]
        for u in range(count):
            total = -math.inf
            if t == 0:
                total = 0.0 if u < 2 else total
            elif u >= count - 2 * (times - t):
                if merge or targets[u] == blank:
                    total = before[u]
                if u > 0:
                    total = log_add(total, before[u - 1])
                if u > 1 and targets[u] != blank and not (merge and targets[u] == targets[u - 2]):
                    total = log_add(total, before[u - 2])
            now[u] = total + logs[t * classes + targets[u]]


@register_jitable
def write_backward(backward, logs, targets, times, classes, merge):
    """backward[t, u] = log probability of all paths that go on from target u after t."""
    count = len(targets)
    blank = classes - 1
    for t in range(times - 1, -1, -1):
        now, after = backward[t * count : (t + 1) * count], backward[(t + 1) * count : (t + 2) * count]
        step = logs[(t + 1) * classes : (t + 2) * classes]
        for u in range(count):
            total = -math.inf
            if t == times - 1:
                total = 0.0 if u >= count - 2 else total
            else:
                if merge or targets[u] == blank:
                    total = after[u] + step[targets[u]]
                if u + 1 < count:
                    total = log_add(total, after[u + 1] + step[targets[u + 1]])
                if u + 2 < count and targets[u] != blank and not (merge and targets[u] == targets[u + 2]):
                    total = log_add(total, after[u + 2] + step[targets[u + 2]])
            now[u] = total


@register_jitable
def write_gradient(gradient, forward, backward, logs, targets, sums, b, times, batch, classes):
    """Writes the gradient for one batch; returns the loss, inf where no path fits into the time."""
    count = len(targets)
    total = -math.inf
    for u in range(min(count, 2)):
        total = log_add(total, forward[u] + backward[u])
    for t in range(times):
        for k in range(classes):
            sums[k] = -math.inf
        for u in range(count):
            k = targets[u]
            sums[k] = log_add(sums[k], forward[t * count + u] + backward[t * count + u])
        row = gradient[(t * batch + b) * classes : (t * batch + b + 1) * classes]
        for k in range(classes):
            row[k] = math.exp(logs[t * classes + k])
            if total > -math.inf:
                row[k] -= math.exp(sums[k] - total)
    return -total


@kernel
def ctc_loss(
    inputs,
    labels_indices,
    labels_values,
    sequence_length,
    loss,
    gradient,
    logs,
    forward,
    backward,
    sums,
    targets,
    inputs_dims,
    preprocess_collapse_repeated,
    ctc_merge_repeated,
    ignore_longer_outputs_than_inputs,
):
    longest, batch, classes = inputs_dims[0], inputs_dims[1], inputs_dims[2]
    check(longest != 0, "Max time or first dimension of input cannot be 0.")
    check(batch != 0, "batch_size must not be 0")
    check(classes != 0, "inputs must have at least one class")
    for b in range(batch):
        check(sequence_length[b] <= longest, "sequence_length({}) <= {}", b, longest)
        check(sequence_length[b] >= 0, "seq_len({}) < 0", b)
    check_labels(labels_indices, batch)
    for i in range(len(gradient)):
        gradient[i] = 0
    end = 0
    for b in range(batch):
        first = end
        while end < len(labels_values) and labels_indices[2 * end] == b:
            end += 1
        check(end > first, "Labels length is zero in batch {}", b)
        labels = labels_values[first:end]
        count = write_targets(labels, targets, b, classes - 1, preprocess_collapse_repeated)
        times = sequence_length[b]
        loss[b] = 0
        if count // 2 > times:
            check(
                ignore_longer_outputs_than_inputs,
                "Not enough time for target transition sequence (required: {}, available: {}){}You can turn this error "
                "into a warning by using the flag ignore_longer_outputs_than_inputs",
                count // 2,
                times,
                b,
            )
        elif times > 0:
            write_log_softmax(inputs, logs, b, times, batch, classes)
            write_forward(forward, logs, targets[:count], times, classes, ctc_merge_repeated)
            write_backward(backward, logs, targets[:count], times, classes, ctc_merge_repeated)
            loss[b] = write_gradient(gradient, forward, backward, logs, targets[:count], sums, b, times, batch, classes)


@register_jitable
def check_lengths(sequence_length, longest):
    for b in range(len(sequence_length)):
        precondition(sequence_length[b] <= longest, "sequence_length({}) <= {}", b, longest)


@kernel
def ctc_greedy_decoder(
    inputs,
    sequence_length,
    decoded_indices,
    decoded_values,
    decoded_shape,
    log_probability,
    inputs_dims,
    decoded_indices_dims,
    decoded_values_dims,
    merge_repeated,
    blank_index,
):
    longest, batch, classes = inputs_dims[0], inputs_dims[1], inputs_dims[2]
    check_lengths(sequence_length, longest)
    check(
        -classes <= blank_index < classes,
        "blank_index expected to be between {} and {} but was {}",
        -classes,
        classes - 1,
        blank_index,
    )
    blank = blank_index + classes if blank_index < 0 else blank_index
    count, widest = 0, 0
    for b in range(batch):
        log_probability[b] = 0
        previous, width = -1, 0
        for t in range(sequence_length[b]):
            x = inputs[(t * batch + b) * classes : (t * batch + b + 1) * classes]
            best = 0
            for k in range(1, classes):
                best = k if x[k] > x[best] else best
            log_probability[b] -= x[best]
            if best != blank and not (merge_repeated and best == previous):
                decoded_indices[2 * count], decoded_indices[2 * count + 1] = b, width
                decoded_values[count] = best
                count += 1
                width += 1
            previous = best
        widest = max(widest, width)
    decoded_shape[0], decoded_shape[1] = batch, widest
    decoded_indices_dims[0] = count
    decoded_values_dims[0] = count
