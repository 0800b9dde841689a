"""tf.contrib.seq2seq: attention, additive and multiplicative: how much of each step of a memory a query reads."""

from __future__ import annotations

import abc
import math
from collections.abc import Callable
from typing import Any

from nbtf import nest
from nbtf.array.filling import one_hot, ones_like
from nbtf.array.indexing import where
from nbtf.array.masks import sequence_mask
from nbtf.array.shapes import expand_dims, reshape, shape, squeeze
from nbtf.dtypes import as_dtype, float32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Constant, Ones, Zeros
from nbtf.layers.core import Dense
from nbtf.math.elementwise import rsqrt, square, tanh
from nbtf.math.operands import matmul
from nbtf.math.reductions import argmax, reduce_sum
from nbtf.nn.activations import softmax
from nbtf.nn.recurrence_terms import zero_states
from nbtf.variables.scoping import get_variable, variable_scope


class AttentionMechanism(abc.ABC):
    """Base of mechanisms: called with a query [N, Q] and a state, gives (alignments [N, T], next state)."""

    @property
    @abc.abstractmethod
    def alignments_size(self) -> Any:
        """T, the number of steps of the memory."""

    @property
    @abc.abstractmethod
    def state_size(self) -> Any:
        """The size of the state."""

    @abc.abstractmethod
    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]: ...


def prepared_memory(memory: Any, memory_sequence_length: Any, check_inner_dims_defined: bool = True) -> Any:
    """A memory [N, T, ...], or a structure of them, with zeros behind the end of each sequence.

    Raises ValueError where a dim behind the second is unknown, unless that is not to be checked.
    """
    memory = nest.map_structure(lambda one: convert_to_tensor(one, name="memory"), memory)
    for one in nest.flatten(memory) if check_inner_dims_defined else ():
        if not one.shape[2:].is_fully_defined():
            raise ValueError(f"Expected memory {one.name} to have fully defined inner dims, but saw shape: {one.shape}")
    if memory_sequence_length is None:
        return memory
    lengths = convert_to_tensor(memory_sequence_length, name="memory_sequence_length")

    def masked(one: Any) -> Any:
        mask = sequence_mask(lengths, maxlen=shape(nest.flatten(memory)[0])[1], dtype=one.dtype)
        return one * reshape(mask, [*_two(mask), *[1] * (one.shape.ndims - 2)])

    return nest.map_structure(masked, memory)


def _two(mask: Any) -> list[Any]:
    known, dims = mask.shape.as_list(), shape(mask)
    return [dims[axis] if known[axis] is None else known[axis] for axis in range(2)]


class ProbabilisticAttention(AttentionMechanism):
    """Mechanisms whose alignments are probabilities of scores, and whose state are the alignments of the step before."""

    def __init__(
        self,
        query_layer: Any,
        memory: Any,
        probability_fn: Callable[[Any, Any], Any],
        memory_sequence_length: Any = None,
        memory_layer: Any = None,
        check_inner_dims_defined: bool = True,
        score_mask_value: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str | None = None,
    ) -> None:
        """query_layer, memory_layer: of queries and of the memory, None for none. probability_fn: (scores, state) ->
        alignments. score_mask_value: the score of what is behind a sequence's end, by default -inf. custom_key_value_fn:
        (keys, values) -> (keys, values).
        """
        self.dtype = memory_layer.dtype if memory_layer is not None else nest.flatten(memory)[0].dtype
        self._query_layer, self._memory_layer = query_layer, memory_layer
        with name_scope(name, "BaseAttentionMechanismInit", nest.flatten(memory)):
            self._values = prepared_memory(memory, memory_sequence_length, check_inner_dims_defined)
            self._keys = self._values if memory_layer is None else memory_layer(self._values)
            if custom_key_value_fn is not None:
                self._keys, self._values = custom_key_value_fn(self._keys, self._values)
            dims, known = shape(self._keys), self._keys.shape.as_list()
            self._batch_size = dims[0] if known[0] is None else known[0]
            self._alignments_size = dims[1] if known[1] is None else known[1]
        dtype = as_dtype(self._keys.dtype)
        mask_value = dtype.as_numpy_dtype(-math.inf) if score_mask_value is None else score_mask_value

        def probabilities(scores: Any, state: Any) -> Any:
            if memory_sequence_length is not None:
                mask = sequence_mask(memory_sequence_length, maxlen=shape(scores)[1])
                scores = where(mask, scores, mask_value * ones_like(scores))
            return probability_fn(scores, state)

        self._probability_fn = probabilities

    @property
    def memory_layer(self) -> Any:
        return self._memory_layer

    @property
    def query_layer(self) -> Any:
        return self._query_layer

    @property
    def values(self) -> Any:
        """The memory [N, T, M], masked."""
        return self._values

    @property
    def keys(self) -> Any:
        """The memory behind its layer, [N, T, K]."""
        return self._keys

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def alignments_size(self) -> Any:
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """What the first step gets as those of the step before, zeros [batch_size, T]."""
        return zero_states(self._alignments_size, batch_size, dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state of the first step."""
        return self.initial_alignments(batch_size, dtype)

    def _aligned(self, scores: Any, state: Any) -> tuple[Any, Any]:
        alignments = self._probability_fn(scores, state)
        return alignments, alignments


def softmax_of_scores(probability_fn: Callable[[Any], Any] | None) -> Callable[[Any, Any], Any]:
    """A function of the scores, by default softmax, as one of scores and state."""
    function = probability_fn or softmax
    return lambda scores, _: function(scores)


def _layer(num_units: int, name: str, dtype: Any) -> Dense:
    return Dense(num_units, name=name, use_bias=False, dtype=float32 if dtype is None else dtype)


class MultiplicativeAttention(ProbabilisticAttention):
    """The score of a step is the query times its key, which has num_units numbers as the query has."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any,
        scale: bool,
        probability_fn: Callable[[Any, Any], Any],
        dtype: Any,
        name: str,
        **more: Any,
    ) -> None:
        """memory: [N, T, M]. memory_sequence_length: int [N]. scale: whether scores are times a trained number.

        dtype: of the memory's layer, by default float32. more: see ProbabilisticAttention.
        """
        self._num_units, self._scale, self._name = num_units, scale, name
        layer = _layer(num_units, "memory_layer", dtype)
        super().__init__(None, memory, probability_fn, memory_sequence_length, layer, name=name, **more)

    def scores(self, query: Any) -> Any:
        """[N, T], of a query [N, num_units]. Raises ValueError for another width."""
        depth, units = query.shape.as_list()[-1], self._keys.shape.as_list()[-1]
        if depth != units:
            raise ValueError(
                f"Incompatible or unknown inner dimensions between query and keys. Query ({query}) has units: {depth}. "
                f"Keys ({self._keys}) have units: {units}. Perhaps you need to set num_units to the keys' dimension "
                f"({units})?"
            )
        scores = squeeze(matmul(expand_dims(query, 1), self._keys, transpose_b=True), [1])
        if self._scale:
            scores = get_variable("attention_g", [], dtype=query.dtype, initializer=Ones()) * scores
        return scores


class AdditiveAttention(ProbabilisticAttention):
    """The score of a step is v . tanh(its key + the query behind a layer), of num_units numbers each."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any,
        normalize: bool,
        probability_fn: Callable[[Any, Any], Any],
        dtype: Any,
        name: str,
        **more: Any,
    ) -> None:
        """memory: [N, T, M]. memory_sequence_length: int [N]. normalize: v has a trained norm, and sums a trained bias.

        dtype: of both layers, by default float32. more: see ProbabilisticAttention.
        """
        self._num_units, self._normalize, self._name = num_units, normalize, name
        super().__init__(
            _layer(num_units, "query_layer", dtype),
            memory,
            probability_fn,
            memory_sequence_length,
            _layer(num_units, "memory_layer", dtype),
            name=name,
            **more,
        )

    def scores(self, query: Any) -> Any:
        """[N, T], of a query [N, Q]."""
        query = self._query_layer(query)
        units, dtype = self._keys.shape.as_list()[2], query.dtype
        v = get_variable("attention_v", [units], dtype=dtype)
        hidden = self._keys + expand_dims(query, 1)
        if self._normalize:
            g = get_variable("attention_g", [], dtype=dtype, initializer=Constant(math.sqrt(1.0 / units)))
            b = get_variable("attention_b", [units], dtype=dtype, initializer=Zeros())
            v = g * v * rsqrt(reduce_sum(square(v)))
            hidden = hidden + b
        return reduce_sum(v * tanh(hidden), [2])


class LuongAttention(MultiplicativeAttention):
    """Multiplicative attention, of softmax."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str = "LuongAttention",
    ) -> None:
        """See MultiplicativeAttention. probability_fn: scores [N, T] -> alignments, by default softmax."""
        chances = softmax_of_scores(probability_fn)
        more = {"score_mask_value": score_mask_value, "custom_key_value_fn": custom_key_value_fn}
        super().__init__(num_units, memory, memory_sequence_length, scale, chances, dtype, name, **more)

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        with variable_scope(None, "luong_attention", [query]):
            return self._aligned(self.scores(query), state)


class BahdanauAttention(AdditiveAttention):
    """Additive attention, of softmax."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Callable[[Any], Any] | None = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        name: str = "BahdanauAttention",
    ) -> None:
        """See AdditiveAttention. probability_fn: scores [N, T] -> alignments, by default softmax."""
        chances = softmax_of_scores(probability_fn)
        more = {"score_mask_value": score_mask_value, "custom_key_value_fn": custom_key_value_fn}
        super().__init__(num_units, memory, memory_sequence_length, normalize, chances, dtype, name, **more)

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        with variable_scope(None, "bahdanau_attention", [query]):
            return self._aligned(self.scores(query), state)


def hardmax(logits: Any, name: str | None = None) -> Any:
    """One at the largest of the last axis and zeros elsewhere: [..., D] -> [..., D]."""
    with name_scope(name, "Hardmax", [logits]):
        logits = convert_to_tensor(logits, name="logits")
        known = logits.shape.as_list()[-1]
        depth = shape(logits)[-1] if known is None else known
        return one_hot(argmax(logits, -1), depth, dtype=logits.dtype)
