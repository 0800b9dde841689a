"""What stays on disk: kept checkpoints, state files, and saves killed at every step they take."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nbtf as tf
from nbtf.checkpoint import publish
from nbtf.train import saver as saver_module

KILLED = 9
STEPS = ["fsync", "link", "mkdir", "open", "remove", "rename", "replace", "rmdir"]
"""The calls of `os` that a save changes anything with; a kill may come before or after each of them."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child process is killed in the middle of a save")


class Model:
    """Two variables of one generation of values."""

    def __init__(self, **kwargs: Any) -> None:
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.ref = tf.get_variable("ref", initializer=np.zeros(2000, np.float32))
            self.resource = tf.get_variable("resource", initializer=np.int64(0), use_resource=True)
            self.saver = tf.train.Saver(**kwargs)
        self.session = tf.Session(graph=self.graph)
        self.set(0)

    def set(self, generation: int) -> None:
        self.ref.load(np.full(2000, generation, np.float32), self.session)
        self.resource.load(np.int64(generation), self.session)

    def save(self, generation: int, path: Any, **kwargs: Any) -> str:
        self.set(generation)
        saved = self.saver.save(self.session, path, **kwargs)
        assert saved is not None
        return saved

    def restored(self, prefix: str) -> int:
        """The generation that a checkpoint holds, wholly."""
        self.set(-1)
        self.saver.restore(self.session, prefix)
        ref, resource = self.session.run([self.ref, self.resource])
        assert (ref == resource).all()
        return int(resource)


def run_until_step(action: Callable[[], None], kill_at: int) -> bool:
    """Runs `action` in a child that dies, with no clean-up, at its `kill_at`-th chance. False if it survived."""
    child = os.fork()
    if child == 0:
        chances = 0

        def chance() -> None:
            nonlocal chances
            if chances == kill_at:
                os._exit(KILLED)
            chances += 1

        def deadly(call: Any) -> Any:
            def step(*args: Any, **options: Any) -> Any:
                chance()
                result = call(*args, **options)
                chance()
                return result

            return step

        for name in STEPS:
            setattr(os, name, deadly(getattr(os, name)))
        publish.StagedFile.write = deadly(publish.StagedFile.write)  # type: ignore[method-assign]
        try:
            action()
            os._exit(0)
        finally:
            os._exit(1)  # an exception must not reach the test's own process
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


@needs_fork
@pytest.mark.parametrize("kwargs", [{}, {"sharded": True}, {"write_version": tf.train.SaverDef.V1}], ids=str)
@pytest.mark.parametrize("step", [None, 7])
def test_a_kill_at_any_step_leaves_a_checkpoint(tmp_path: Path, kwargs: dict[str, Any], step: int | None) -> None:
    """Of the same prefix, or of the next one while the one before is deleted."""
    model = Model(max_to_keep=1, **kwargs)
    seen, kill_at, killed = [], 0, True
    while killed:
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        model.saver.set_last_checkpoints([])
        model.save(1, folder / "m", global_step=None if step is None else step - 1)
        model.set(2)
        killed = run_until_step(lambda to=folder: model.saver.save(model.session, to / "m", global_step=step), kill_at)
        latest = tf.train.latest_checkpoint(folder)
        assert latest is not None
        seen.append(model.restored(latest))
        kill_at += 3 if killed else 0
    assert seen == sorted(seen)
    assert seen[0] == 1 and seen[-1] == 2


def test_the_oldest_checkpoints_go(tmp_path: Path) -> None:
    model = Model(max_to_keep=2)
    for step in range(4):
        model.save(step, tmp_path / "m", global_step=step)
    assert model.saver.last_checkpoints == [str(tmp_path / "m-2"), str(tmp_path / "m-3")]
    assert sorted(path.name for path in tmp_path.glob("*.index")) == ["m-2.index", "m-3.index"]
    assert not list(tmp_path.glob("m-0*")) and not list(tmp_path.glob("m-1*"))
    state = tf.train.get_checkpoint_state(tmp_path)
    assert list(state.all_model_checkpoint_paths) == model.saver.last_checkpoints
    assert model.restored(tf.train.latest_checkpoint(tmp_path)) == 3
    assert model.restored(str(tmp_path / "m-2")) == 2


@pytest.mark.parametrize("keep", [0, None])
def test_all_checkpoints_stay(tmp_path: Path, keep: int | None) -> None:
    model = Model(max_to_keep=keep)
    for step in range(7):
        model.save(step, tmp_path / "m", global_step=step)
    assert len(list(tmp_path.glob("*.index"))) == 7
    assert list(tf.train.get_checkpoint_state(tmp_path).all_model_checkpoint_paths) == [str(tmp_path / "m-6")]


def test_one_checkpoint_for_every_so_many_hours_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1e9]
    monkeypatch.setattr(saver_module.time, "time", lambda: clock[0])
    model = Model(max_to_keep=1, keep_checkpoint_every_n_hours=1)
    for step in range(7):
        clock[0] += 1500  # two or three saves an hour
        model.save(step, tmp_path / "m", global_step=step)
    assert sorted(path.stem for path in tmp_path.glob("*.index")) == ["m-2", "m-4", "m-6"]


def test_recovered_checkpoints_count(tmp_path: Path) -> None:
    model = Model(max_to_keep=2)
    paths = [model.save(step, tmp_path / "m", global_step=step) for step in range(2)]
    after_restart = Model(max_to_keep=2)
    after_restart.saver.recover_last_checkpoints([*paths, str(tmp_path / "gone")])
    assert after_restart.saver.last_checkpoints == paths
    after_restart.save(2, tmp_path / "m", global_step=2)
    assert after_restart.saver.last_checkpoints == [paths[1], str(tmp_path / "m-2")]
    assert not list(tmp_path.glob("m-0*"))


def test_names_of_files(tmp_path: Path) -> None:
    model = Model(pad_step_number=True, save_relative_paths=True)
    step = np.int64(12)
    path = model.save(1, str(tmp_path / "m"), global_step=step, latest_filename="state", meta_graph_suffix="graph")
    assert path == str(tmp_path / "m-00000012")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "m-00000012.data-00000-of-00001",
        "m-00000012.graph",
        "m-00000012.index",
        "state",
    ]
    assert 'model_checkpoint_path: "m-00000012"' in (tmp_path / "state").read_text()
    assert tf.train.latest_checkpoint(tmp_path, "state") == path
    model.save(2, tmp_path / "bare", write_meta_graph=False, write_state=False)
    assert sorted(entry.name for entry in tmp_path.glob("bare*")) == ["bare.data-00000-of-00001", "bare.index"]


def test_a_tensor_may_be_the_step(tmp_path: Path) -> None:
    model = Model()
    assert model.save(5, tmp_path / "m", global_step=model.resource) == str(tmp_path / "m-5")


def test_what_cannot_be_deleted_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model = Model(max_to_keep=1)
    model.save(0, tmp_path / "m", global_step=0)

    def refuse(*_: Any) -> None:
        raise OSError("busy")

    monkeypatch.setattr(saver_module.state, "remove_checkpoint", refuse)
    with caplog.at_level("WARNING", "tensorflow"):
        model.save(1, tmp_path / "m", global_step=1)
    assert "Ignoring: busy" in caplog.text


def test_before_build_nothing_is_saved(tmp_path: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=1.0)
        saver = tf.train.Saver(defer_build=True)
        with pytest.raises(RuntimeError, match=r"`build\(\)` should be called before save"):
            saver.save(session, tmp_path / "m")
        saver.build()
        saver.build()
        session.run(v.initializer)
        assert saver.save(session, tmp_path / "m") == str(tmp_path / "m")


def test_a_saver_of_nothing(tmp_path: Path) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        tf.constant(1.0)
        saver = tf.train.Saver(allow_empty=True)
        assert saver.save(session, tmp_path / "m") is None
        saver.restore(session, tmp_path / "m")
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.meta"]


def test_objects_that_are_no_variables(tmp_path: Path) -> None:
    from nbtf.train.saver_builder import BaseSaverBuilder

    class Doubled(BaseSaverBuilder.SaveableObject):
        """Keeps twice what its variable holds."""

        def __init__(self, variable: Any) -> None:
            spec = BaseSaverBuilder.SaveSpec(variable * 2.0, "", "doubled")
            super().__init__(variable, [spec], "doubled")

        def restore(self, restored_tensors: Any, restored_shapes: Any) -> Any:
            return self.op.assign(restored_tensors[0] / 2.0)

    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", initializer=3.0)
        tf.add_to_collection(tf.GraphKeys.SAVEABLE_OBJECTS, Doubled(v))
        saver = tf.train.Saver(tf.get_collection(tf.GraphKeys.SAVEABLE_OBJECTS), builder=BaseSaverBuilder())
        session.run(v.initializer)
        path = saver.save(session, tmp_path / "m")
        assert tf.train.load_variable(path, "doubled") == 6
        v.load(0.0, session)
        saver.restore(session, path)
        assert session.run(v) == 3


def test_a_checkpoint_of_python_objects(golden: Path) -> None:
    """Its keys are paths through objects; the names of the variables stand beside them."""
    prefix = golden / "ckpt/objects/ckpt-1"
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.get_variable("v", [2])
        w = tf.get_variable("w", [], tf.int32, use_resource=True)
        tf.train.Saver().restore(session, prefix)
        values = session.run([v, w])
        tf.get_variable("missing", [])
        words = r"not in the checkpoint: missing\n\n.*don't exist now: save_counter\n\n\(2 variable name"
        with pytest.raises(tf.errors.NotFoundError, match=words):
            tf.train.Saver().restore(session, prefix)
    np.testing.assert_array_equal(values[0], [1.5, 2.5])
    assert values[1] == 7
