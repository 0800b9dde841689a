"""tf.random.Generator: random numbers whose state is a variable, so that a program saves, restores and sets it."""

from __future__ import annotations

import weakref
from typing import Any, Self

from nbtf import dtypes
from nbtf.array.filling import zeros, zeros_like
from nbtf.array.joining import concat, stack
from nbtf.graph import conversion, default_stacks
from nbtf.graph.graph import Graph
from nbtf.graph.raw_ops import raw
from nbtf.graph.scopes import init_scope, name_scope
from nbtf.graph.tensor import Tensor
from nbtf.math.casting import cast
from nbtf.math.reductions import reduce_prod
from nbtf.random.distributions import shape_tensor
from nbtf.random.stateless import Algorithm
from nbtf.variables.creation import create_variable

_NAMES = {
    "philox": Algorithm.PHILOX.value,
    "threefry": Algorithm.THREEFRY.value,
    "auto_select": Algorithm.AUTO_SELECT.value,
}
_COUNTER_SIZES = {Algorithm.PHILOX.value: 2, Algorithm.THREEFRY.value: 1, Algorithm.AUTO_SELECT.value: 2}
_WORD = 64
_global: weakref.WeakKeyDictionary[Graph, Generator] = weakref.WeakKeyDictionary()


def create_rng_state(seed: Any, alg: Any) -> Tensor:
    """The state of a generator from a seed: int64 [3] for Philox, [2] for ThreeFry.

    seed: an integer of any size, or a tensor or structure of integers, of which the last ones are used up to the state's
    size; zeros stand before fewer. alg: "philox", "threefry", its number or a tf.random.Algorithm.
    """
    size = _state_size(_algorithm(alg))
    if isinstance(seed, int):
        seed = [_signed(seed >> (_WORD * i)) for i in range(size)]
    seed = cast(seed, dtypes.int64)
    seed = raw.Reshape(seed, [-1])[0:size]
    missing = raw.Maximum(size - _length(seed), 0)
    made: Tensor = concat([zeros([missing], dtypes.int64), seed], 0)
    made.set_shape([size])
    return made


def _length(vector: Tensor) -> Any:
    known = vector.shape.as_list()[0]
    return raw.Shape(vector)[0] if known is None else known


def _signed(word: int) -> int:
    """The lowest 64 bits as a signed integer."""
    word &= (1 << _WORD) - 1
    return word - (1 << _WORD) if word >> (_WORD - 1) else word


def _algorithm(alg: Any) -> int:
    number = _NAMES.get(alg.lower()) if isinstance(alg, str) else getattr(alg, "value", alg)
    if number not in _COUNTER_SIZES:
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are philox for the Philox algorithm, threefry "
            "for the ThreeFry algorithm, and auto_select for one that suits the device."
        )
    return int(number)


def _state_size(algorithm: int) -> int:
    return _COUNTER_SIZES[algorithm] + 1


class Generator:
    """A generator of random numbers; every number drawn moves its state on, in the order the operations run.

    Make one by `from_seed` and its like. Equal states give equal numbers. Only Philox runs on processors: drawing from a
    ThreeFry generator is an UnimplementedError.
    """

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: Any = None) -> None:
        """copy_from: whose algorithm and initial state are taken; else state, integers of the algorithm's size."""
        if copy_from is not None:
            assert state is None and alg is None, "copy_from says what the state and the algorithm are"
            self._alg = copy_from.algorithm
            initial: Any = copy_from.state
        else:
            assert state is not None and alg is not None, "a state and an algorithm are needed"
            self._alg = _algorithm(alg)
            initial = cast(state, dtypes.int64)
            initial.shape.assert_is_compatible_with([_state_size(self._alg)])
        with name_scope("random_generator"):
            self._state_var: Any = create_variable(
                initial, dtype=dtypes.int64, trainable=False, name="StateVar", use_resource=True
            )

    # ---- making one ----

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Self:
        """A generator with this state: integers, [3] for Philox, [2] for ThreeFry. Raises ValueError for other shapes."""
        return cls(alg=alg, state=state)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Self:
        """A generator from a seed: see tf.random.create_rng_state. alg: Philox unless given."""
        alg = Algorithm.PHILOX if alg is None else alg
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Self:
        """A generator with another state each time its variable is initialized."""
        number = _algorithm(Algorithm.PHILOX if alg is None else alg)
        with init_scope():
            state = raw.NonDeterministicInts([_state_size(number)], dtype=dtypes.int64)
            return cls(state=state, alg=number)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Self:
        """A generator from a key [] and a counter, [2] for Philox, [1] for ThreeFry. Raises ValueError for other shapes."""
        number = _algorithm(alg)
        return cls(state=_joined(key, counter, number), alg=number)

    # ---- what it is ----

    @property
    def algorithm(self) -> int:
        """1 for Philox, 2 for ThreeFry, 3 where that is left to the device."""
        return self._alg

    @property
    def state(self) -> Any:
        """The variable: int64, the counter and then the key."""
        return self._state_var

    @property
    def key(self) -> Any:
        """The key, int64 []."""
        return self._state_var[-1]

    def _trackable_children(self) -> dict[str, Any]:
        """What a checkpoint of objects finds."""
        return {"_state_var": self._state_var}

    # ---- moving it ----

    def reset(self, state: Any) -> None:
        """Adds an operation that sets the state; graphs that need it must wait for it. Raises ValueError as from_state."""
        state = cast(state, dtypes.int64)
        state.shape.assert_is_compatible_with([_state_size(self._alg)])
        self._state_var.assign(state)

    def reset_from_seed(self, seed: Any) -> None:
        """As `reset`, to the state of a seed."""
        self._state_var.assign(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """As `reset`, to the state of a key and a counter."""
        self._state_var.assign(_joined(key, counter, self._alg))

    def skip(self, delta: Any) -> Tensor:
        """The state, int64 [3], before it goes on as if `delta` numbers had been drawn."""
        alg = cast(self._alg, dtypes.int32)
        made: Tensor = raw.RngReadAndSkip(self._state_var.handle, alg, cast(delta, dtypes.uint64))
        return made

    def _drawing(self, shape: Tensor) -> dict[str, Any]:
        """The generator of a stateless operation that draws a tensor of this shape."""
        state = self.skip(reduce_prod(shape))
        size = _COUNTER_SIZES[self._alg]
        counter = raw.Bitcast(state[:size], dtypes.uint64)
        key = raw.Bitcast(state[size : size + 1], dtypes.uint64)
        return {"key": key, "counter": counter, "alg": self._alg}

    # ---- drawing ----

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Tensor:
        """Normal numbers of this mean and standard deviation, in the shape given."""
        return self._normal("StatelessRandomNormalV2", "stateful_normal", shape, mean, stddev, dtype, name)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Tensor:
        """As `normal`; numbers two deviations and more from the mean are drawn again."""
        return self._normal("StatelessTruncatedNormalV2", "truncated_normal", shape, mean, stddev, dtype, name)

    def _normal(
        self, op_type: str, default_name: str, shape: Any, mean: Any, stddev: Any, dtype: Any, name: str | None
    ) -> Tensor:
        with name_scope(name, default_name, [shape, mean, stddev]) as scope:
            dims = shape_tensor(shape)
            mean = conversion.convert_to_tensor(mean, dtype=dtype, name="mean")
            stddev = conversion.convert_to_tensor(stddev, dtype=dtype, name="stddev")
            drawn = getattr(raw, op_type)(dims, **self._drawing(dims), dtype=dtype)
            made: Tensor = raw.AddV2(drawn * stddev, mean, name=scope)
            return made

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Tensor:
        """Uniform numbers in [minval, maxval): floats, by default in [0, 1), or integers; of these with None and None all.

        Raises ValueError for integers with one bound.
        """
        dtype = dtypes.as_dtype(dtype)
        if dtype.is_integer:
            if (minval is None) != (maxval is None):
                raise ValueError(
                    f"For integer dtype {dtype}, minval and maxval must be both `None` or both non-`None`; got "
                    f"minval={minval} and maxval={maxval}"
                )
        elif maxval is None:
            maxval = 1
        with name_scope(name, "stateful_uniform", [shape, minval, maxval]) as scope:
            dims = shape_tensor(shape)
            if dtype.is_integer and minval is None:
                return self._all_integers(dims, dtype, scope)
            minval = conversion.convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = conversion.convert_to_tensor(maxval, dtype=dtype, name="max")
            drawing = self._drawing(dims)
            if dtype.is_integer:
                made: Tensor = raw.StatelessRandomUniformIntV2(
                    dims, **drawing, minval=minval, maxval=maxval, name=scope
                )
                return made
            drawn = raw.StatelessRandomUniformV2(dims, **drawing, dtype=dtype)
            made = raw.AddV2(drawn * (maxval - minval), minval, name=scope)
            return made

    def uniform_full_int(self, shape: Any, dtype: Any = dtypes.uint64, name: str | None = None) -> Tensor:
        """Integers, each value of the dtype as likely: int32, int64, uint32 or uint64."""
        with name_scope(name, "stateful_uniform_full_int", [shape]) as scope:
            return self._all_integers(shape_tensor(shape), dtype, scope)

    def _all_integers(self, dims: Tensor, dtype: Any, name: str) -> Tensor:
        made: Tensor = raw.StatelessRandomUniformFullIntV2(dims, **self._drawing(dims), dtype=dtype, name=name)
        return made

    def binomial(
        self, shape: Any, counts: Any, probs: Any, dtype: Any = dtypes.int32, name: str | None = None
    ) -> Tensor:
        """How many of `counts` trials succeed, each with probability `probs`.

        shape: of the result; counts and probs broadcast to its last dims.
        """
        with name_scope(name, "binomial", [shape, counts, probs]) as scope:
            counts = conversion.convert_to_tensor(counts, name="counts")
            probs = conversion.convert_to_tensor(probs, name="probs")
            dims = shape_tensor(shape)
            made: Tensor = raw.StatefulRandomBinomial(
                self._state_var.handle, self._alg, dims, counts, probs, dtype=dtype, name=scope
            )
            return made

    # ---- others from it ----

    def make_seeds(self, count: int = 1) -> Tensor:
        """Seeds for stateless random functions: int64 [2, count], a seed a column."""
        keys = self.uniform_full_int([count], dtypes.int64)
        made: Tensor = stack([keys, zeros_like(keys)])
        return made

    def split(self, count: int = 1) -> list[Generator]:
        """Refused in a graph: the state of a generator made there would be a random number of every initialization."""
        raise NotImplementedError(
            "Generator.split needs the generator's state while the graph is built; make_seeds gives seeds that are drawn "
            "when it runs."
        )


def _joined(key: Any, counter: Any, algorithm: int) -> Tensor:
    """The state of a counter and a key."""
    counter = cast(counter, dtypes.int64)
    key = cast(key, dtypes.int64)
    counter.shape.assert_is_compatible_with([_COUNTER_SIZES[algorithm]])
    key.shape.assert_is_compatible_with([])
    joined: Tensor = concat([counter, raw.Reshape(key, [1])], 0)
    return joined


def get_global_generator() -> Generator:
    """The default graph's generator: the one that was set, or one that begins anywhere."""
    graph = default_stacks.get_default_graph()
    if graph not in _global:
        _global[graph] = Generator.from_non_deterministic_state()
    return _global[graph]


def set_global_generator(generator: Generator) -> None:
    """Makes a generator the default graph's. What was drawn from another before is not changed."""
    _global[default_stacks.get_default_graph()] = generator
