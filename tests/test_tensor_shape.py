"""What TensorShape does beyond the golden expressions."""

from __future__ import annotations

import pickle

import pytest

from nbtf.tensor_shape import Dimension, TensorShape, as_dimension, as_shape, unknown_shape


@pytest.mark.parametrize("dims", [None, [], [3], [None, 2], [0, 1]])
def test_proto_and_pickle_keep_a_shape(dims: list[int | None] | None) -> None:
    shape = TensorShape(dims)
    assert TensorShape(shape.as_proto()) == shape
    assert pickle.loads(pickle.dumps(shape)) == shape


def test_unknown_dimension_has_no_integer() -> None:
    for use in (int, range, [1].__getitem__):
        with pytest.raises(TypeError):
            use(Dimension(None))


def test_conversions_return_what_is_converted_already() -> None:
    shape, dimension = TensorShape([1]), Dimension(1)
    assert as_shape(shape) is shape
    assert as_dimension(dimension) is dimension


def test_unknown_shape_names_an_argument_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="dims"):
        unknown_shape(dims=2)


def test_pickled_dimension() -> None:
    assert pickle.loads(pickle.dumps(Dimension(3))).value == 3
    assert pickle.loads(pickle.dumps(Dimension(None))).value is None


def test_negative_sizes_of_a_proto_are_refused() -> None:
    proto = TensorShape([1]).as_proto()
    proto.dim[0].size = -2
    with pytest.raises(ValueError, match="Dimension -2 must be >= 0"):
        TensorShape(proto)
