"""tf.estimator.inputs.pandas_input_fn, where pandas is installed; what TensorFlow gives of the same frames."""

from typing import Any

import numpy as np
import pytest

import nbtf as tf

pandas = pytest.importorskip("pandas")


def frame() -> Any:
    columns = {"b": np.arange(5, dtype=np.float32), "a": np.arange(5), "s": list("vwxyz")}
    return pandas.DataFrame(columns, index=np.arange(100, 105))


def batches(x: Any, y: Any = None, **kwargs: Any) -> list[Any]:
    with tf.Graph().as_default():
        fetched = tf.estimator.inputs.pandas_input_fn(x, y, shuffle=False, **kwargs)()
        found = []
        with tf.train.MonitoredSession() as session:
            while not session.should_stop():
                found.append(session.run(fetched))
        return found


def test_batches_go_across_epochs() -> None:
    x = frame()
    found = batches(x, pandas.Series(np.arange(5) * 2, index=x.index), batch_size=3, num_epochs=2)
    assert [list(labels) for _, labels in found] == [[0, 2, 4], [6, 8, 0], [2, 4, 6], [8]]
    assert [list(features["b"]) for features, _ in found] == [[0, 1, 2], [3, 4, 0], [1, 2, 3], [4]]
    assert b"".join(b"".join(features["s"]) for features, _ in found) == b"vwxyzvwxyz"


def test_labels_of_a_frame_keep_their_names() -> None:
    x = frame()
    ((features, labels),) = batches(x, pandas.DataFrame({"a": np.arange(5) + 7}, index=x.index))
    assert list(features) == ["b", "a", "s"]
    np.testing.assert_array_equal(labels["a"], np.arange(5) + 7)


def test_refusals() -> None:
    x = frame()
    labels = pandas.Series(np.arange(5), index=x.index)
    make = tf.estimator.inputs.pandas_input_fn
    with pytest.raises(ValueError, match="shuffle must be provided"):
        make(x, labels)
    with pytest.raises(ValueError, match="Index for x and y are mismatched"):
        make(x, labels.reset_index(drop=True), shuffle=False)
    with pytest.raises(ValueError, match="already has a column with that name"):
        make(x, labels, shuffle=False, target_column="a")
