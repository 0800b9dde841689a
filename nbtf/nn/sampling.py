"""tf.nn: losses over a sample of many classes."""

from __future__ import annotations

from typing import Any

from nbtf.array.filling import ones, ones_like, zeros_like
from nbtf.array.joining import concat, stack
from nbtf.array.shapes import expand_dims, reshape, shape
from nbtf.dtypes import int32, int64
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import name_scope
from nbtf.math.casting import cast
from nbtf.math.operands import matmul
from nbtf.nn.cross_entropies import sigmoid_cross_entropy_with_logits, softmax_cross_entropy_with_logits_v2
from nbtf.nn.embeddings import embedding_lookup
from nbtf.random.seeds import get_seed


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """(sampled_candidates, true_expected_count, sampled_expected_count) of num_sampled classes below range_max."""
    seed1, seed2 = get_seed(seed)
    return raw.UniformCandidateSampler(
        true_classes, num_true, num_sampled, unique, range_max, seed=seed1, seed2=seed2, name=name
    )


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """`uniform_candidate_sampler`, where small classes are likelier, as words by frequency are (Zipf's law)."""
    seed1, seed2 = get_seed(seed)
    return raw.LogUniformCandidateSampler(
        true_classes, num_true, num_sampled, unique, range_max, seed=seed1, seed2=seed2, name=name
    )


def learned_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """`uniform_candidate_sampler`, by the frequencies of the true classes seen so far."""
    seed1, seed2 = get_seed(seed)
    return raw.LearnedUnigramCandidateSampler(
        true_classes, num_true, num_sampled, unique, range_max, seed=seed1, seed2=seed2, name=name
    )


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Any = (),
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """`uniform_candidate_sampler`, by frequencies that a file or `unigrams` tell."""
    seed1, seed2 = get_seed(seed)
    return raw.FixedUnigramCandidateSampler(
        true_classes,
        num_true,
        num_sampled,
        unique,
        range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=unigrams,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


def all_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, seed: int | None = None, name: str | None = None
) -> Any:
    """`uniform_candidate_sampler` that takes all classes below num_sampled."""
    seed1, seed2 = get_seed(seed)
    return raw.AllCandidateSampler(true_classes, num_true, num_sampled, unique, seed=seed1, seed2=seed2, name=name)


def compute_accidental_hits(
    true_classes: Any, sampled_candidates: Any, num_true: int, seed: int | None = None, name: str | None = None
) -> Any:
    """(indices, ids, weights): where a sampled class is a true one of an example; weights are -float max."""
    seed1, seed2 = get_seed(seed)
    return raw.ComputeAccidentalHits(true_classes, sampled_candidates, num_true, seed=seed1, seed2=seed2, name=name)


def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    partition_strategy: str = "mod",
    name: str = "nce_loss",
) -> Any:
    """The noise-contrastive loss of each example: inputs [N, D], labels [N, num_true] of weights [num_classes, D] -> [N].

    sampled_values: what a candidate sampler gave; by default `log_uniform_candidate_sampler`'s.
    """
    logits, labels = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
        None,
    )
    return _row_sums(sigmoid_cross_entropy_with_logits(labels=labels, logits=logits, name="sampled_losses"))


def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    partition_strategy: str = "mod",
    name: str = "sampled_softmax_loss",
    seed: int | None = None,
) -> Any:
    """The softmax cross entropy of each example over its true and the sampled classes: see `nce_loss`."""
    logits, labels = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        partition_strategy,
        name,
        seed,
    )
    labels = raw.StopGradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)


def _row_sums(x: Any) -> Any:
    columns = shape(x)[1]
    return reshape(matmul(x, ones(stack([columns, 1]), x.dtype)), [-1])


def _sampled_logits(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: int,
    num_classes: int,
    num_true: int,
    sampled_values: Any,
    remove_accidental_hits: bool,
    partition_strategy: str,
    name: str | None,
    seed: int | None,
) -> tuple[Any, Any]:
    """(logits, labels) of the true classes and the sampled ones: both [N, num_true + num_sampled]."""
    parts = list(weights) if isinstance(weights, (list, tuple)) else [weights]
    with name_scope(name, "compute_sampled_logits", [*parts, biases, inputs, labels]):
        if labels.dtype != int64:
            labels = cast(labels, int64)
        flat = reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(labels, num_true, num_sampled, True, num_classes, seed)
        sampled, true_count, sampled_count = (raw.StopGradient(value) for value in sampled_values)
        sampled = cast(sampled, int64)
        ids = concat([flat, sampled], 0)
        rows = embedding_lookup(weights, ids, partition_strategy)
        rows = cast(rows, inputs.dtype)
        true_rows = raw.Slice(rows, [0, 0], stack([shape(flat)[0], -1]))
        sampled_rows = raw.Slice(rows, stack([shape(flat)[0], 0]), [-1, -1])
        sampled_logits = matmul(inputs, sampled_rows, transpose_b=True)
        all_biases = cast(embedding_lookup(biases, ids, partition_strategy), inputs.dtype)
        true_biases = raw.Slice(all_biases, [0], shape(flat))
        sampled_biases = raw.Slice(all_biases, shape(flat), [-1])
        dims = shape(true_rows)[1:2]
        grouped = concat([[-1, num_true], dims], 0)
        products = raw.Mul(expand_dims(inputs, 1), reshape(true_rows, grouped))
        true_logits = reshape(_row_sums(reshape(products, concat([[-1], dims], 0))), [-1, num_true])
        true_logits = true_logits + reshape(true_biases, [-1, num_true])
        sampled_logits = sampled_logits + sampled_biases
        if remove_accidental_hits:
            sampled_logits = sampled_logits + _hits(labels, sampled, num_true, num_sampled, sampled_logits)
        true_logits = true_logits - raw.Log(true_count)
        sampled_logits = sampled_logits - raw.Log(sampled_count)
        logits = concat([true_logits, sampled_logits], 1)
        targets = concat([ones_like(true_logits) / num_true, zeros_like(sampled_logits)], 1)
        return logits, targets


def _hits(labels: Any, sampled: Any, num_true: int, num_sampled: int, like: Any) -> Any:
    """What makes the logits of sampled classes that are true ones vanish: [N, num_sampled]."""
    indices, ids, weights = compute_accidental_hits(labels, sampled, num_true=num_true)
    places = concat([reshape(indices, [-1, 1]), reshape(cast(ids, int32), [-1, 1])], 1, "sparse_indices")
    dims = concat([shape(labels)[:1], expand_dims(num_sampled, 0)], 0)
    if like.dtype != weights.dtype:
        weights = cast(weights, like.dtype)
    return raw.SparseToDense(places, dims, weights, 0.0, validate_indices=False)
