"""tf.contrib.seq2seq: monotonic attention, which never goes back in the memory (Raffel et al., 2017)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from nbtf.array.filling import one_hot, ones, zeros
from nbtf.array.joining import concat
from nbtf.array.shapes import shape, transpose
from nbtf.contrib.seq2seq.attention_mechanisms import AdditiveAttention, MultiplicativeAttention
from nbtf.control_flow.functional import scan
from nbtf.dtypes import as_dtype, int32
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.initializers.constants import Constant
from nbtf.math.accumulation import cumprod, cumsum
from nbtf.math.casting import cast
from nbtf.math.clipping import clip_by_value
from nbtf.math.elementwise import exp, log, sigmoid
from nbtf.math.operands import greater
from nbtf.random.distributions import random_normal
from nbtf.variables.scoping import get_variable, variable_scope


def safe_cumprod(x: Any, *args: Any, **kwargs: Any) -> Any:
    """tf.cumprod of numbers in [0, 1] by their logarithms, whose gradients stay finite. args, kwargs: as of tf.cumsum."""
    with name_scope(None, "SafeCumprod", [x]):
        x = convert_to_tensor(x, name="x")
        tiny = np.finfo(x.dtype.as_numpy_dtype).tiny
        return exp(cumsum(log(clip_by_value(x, tiny, 1)), *args, **kwargs))


def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> Any:
    """The chances that each step of a memory is chosen, of those a step before: [N, T].

    p_choose_i: [N, T], the chance that a step is chosen once it is looked at; steps are looked at in order from the one that
    was chosen before on. previous_attention: [N, T]. mode: "recursive", exact, one step after the other; "parallel", at
    once, which may be inexact where chances are near 0 or 1; "hard", where all chances are 0 or 1.

    Raises ValueError for another mode.
    """
    p = convert_to_tensor(p_choose_i, name="p_choose_i")
    before = convert_to_tensor(previous_attention, name="previous_attention")
    if mode == "recursive":
        rows = shape(p)[0]
        passed = concat([ones([rows, 1], p.dtype), 1 - p[:, :-1]], 1)
        reached = scan(
            lambda sums, step: step[0] * sums + step[1],
            (transpose(passed), transpose(before)),
            initializer=zeros([rows], p.dtype),
        )
        attention = p * transpose(reached)
    elif mode == "parallel":
        passed = safe_cumprod(1 - p, axis=1, exclusive=True)
        attention = p * passed * cumsum(before / clip_by_value(passed, 1e-10, 1.0), axis=1)
    elif mode == "hard":
        p = p * cumsum(before, axis=1)
        attention = p * cumprod(1 - p, axis=1, exclusive=True)
    else:
        raise ValueError("mode must be 'recursive', 'parallel', or 'hard'.")
    attention.set_shape(p.shape)
    return attention


class _Monotonic:
    """What both monotonic mechanisms share: chances of scores, a bias of scores, a start at the first step."""

    _alignments_size: Any
    _probability_fn: Callable[[Any, Any], Any]

    def _choose_by(self, mode: str, noise: float, seed: int | None, score_bias_init: float) -> None:
        self._mode, self._noise, self._seed, self._score_bias_init = mode, noise, seed, score_bias_init

    def _chances(self, scores: Any, before: Any) -> Any:
        if self._noise > 0:
            scores = scores + self._noise * random_normal(shape(scores), dtype=scores.dtype, seed=self._seed)
        chosen = cast(greater(scores, 0), scores.dtype) if self._mode == "hard" else sigmoid(scores)
        return monotonic_attention(chosen, before, self._mode)

    def _biased(self, scores: Any) -> Any:
        bias = get_variable("attention_score_bias", [], scores.dtype, Constant(self._score_bias_init))
        return scores + bias

    def initial_alignments(self, batch_size: Any, dtype: Any) -> Any:
        """What the first step gets as those of the step before: all on the first step of the memory, [batch_size, T]."""
        return one_hot(zeros([batch_size], dtype=int32), self._alignments_size, dtype=as_dtype(dtype))


class BahdanauMonotonicAttention(_Monotonic, AdditiveAttention):
    """Additive attention that goes through the memory once."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        """sigmoid_noise: the deviation of what is added to scores, which makes chances be near 0 or 1 in training.

        score_bias_init: where the trained bias of scores starts. mode: see `monotonic_attention`. The rest: see
        AdditiveAttention.
        """
        self._choose_by(mode, sigmoid_noise, sigmoid_noise_seed, score_bias_init)
        super().__init__(
            num_units,
            memory,
            memory_sequence_length,
            normalize,
            self._chances,
            dtype,
            name,
            score_mask_value=score_mask_value,
        )

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        with variable_scope(None, "bahdanau_monotonic_attention", [query]):
            return self._aligned(self._biased(self.scores(query)), state)


class LuongMonotonicAttention(_Monotonic, MultiplicativeAttention):
    """Multiplicative attention that goes through the memory once."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        """See BahdanauMonotonicAttention and MultiplicativeAttention."""
        self._choose_by(mode, sigmoid_noise, sigmoid_noise_seed, score_bias_init)
        super().__init__(
            num_units,
            memory,
            memory_sequence_length,
            scale,
            self._chances,
            dtype,
            name,
            score_mask_value=score_mask_value,
        )

    def __call__(self, query: Any, state: Any) -> tuple[Any, Any]:
        with variable_scope(None, "luong_monotonic_attention", [query]):
            return self._aligned(self._biased(self.scores(query)), state)
