"""Saves killed at every step they take: whatever is left, a whole checkpoint loads, the old one or the new one."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nbtf import errors
from nbtf.checkpoint import publish
from nbtf.checkpoint.bundle import BundleReader, data_path, index_path
from nbtf.checkpoint.bundle_writer import BundleWriter, merge_bundles
from nbtf.checkpoint.v1 import V1Reader, V1Writer

KILLED = 9
STEPS = ["fsync", "link", "mkdir", "open", "remove", "replace", "rmdir"]
"""The calls of ``os`` that a save changes anything with; a kill may come before or after each of them."""

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child process is killed in the middle of a save")


def values(generation: int) -> dict[str, np.ndarray]:
    """Large enough for data to reach the file before it is complete."""
    return {"a": np.full(3000, generation, np.float32), "b": np.arange(500, dtype=np.int64) * generation}


def save(prefix: str, generation: int) -> None:
    with BundleWriter(prefix) as writer:
        for name, value in values(generation).items():
            writer.add(name, value)


def save_sharded(prefix: str, generation: int) -> None:
    parts = []
    for shard, (name, value) in enumerate(values(generation).items()):
        parts.append(f"{prefix}_temp{generation}/part-{shard}")
        with BundleWriter(parts[-1]) as writer:
            writer.add(name, value)
    merge_bundles(parts, prefix)


def save_v1(prefix: str, generation: int) -> None:
    with V1Writer(prefix) as writer:
        for name, value in values(generation).items():
            writer.add(name, value)


def generation_of(reader_class: type, prefix: str) -> int:
    """Which save a checkpoint is of; its values all belong to that one."""
    with reader_class(prefix) as reader:
        generation = int(reader.get_tensor("a")[0])
        assert reader.names() == ["a", "b"]
        for name, value in values(generation).items():
            np.testing.assert_array_equal(reader.get_tensor(name), value)
    return generation


def run_until_step(action: Callable[[], None], kill_at: int) -> bool:
    """Runs ``action`` in a child that dies, with no clean-up, at its ``kill_at``-th chance. False if it survived."""
    child = os.fork()
    if child == 0:
        chances = 0

        def chance() -> None:
            nonlocal chances
            if chances == kill_at:
                os._exit(KILLED)
            chances += 1

        def deadly(call):
            def step(*args, **options):
                chance()
                result = call(*args, **options)
                chance()
                return result

            return step

        for name in STEPS:
            setattr(os, name, deadly(getattr(os, name)))
        publish.StagedFile.write = deadly(publish.StagedFile.write)
        try:
            action()
            os._exit(0)
        finally:
            os._exit(1)  # an exception must not reach the test's own process
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, KILLED)
    return status == KILLED


def complete_files(folder: Path) -> set[str]:
    """All but temporary files and the folders of parts."""
    return {path.name for path in folder.iterdir() if path.is_file() and ".tempstate" not in path.name}


def canonical_files(kind: Callable[[str, int], None]) -> set[str]:
    count = 2 if kind is save_sharded else 1
    return {data_path("m", shard, count) for shard in range(count)} | {"m.index"}


SAVES = {"one shard": save, "two shards": save_sharded}


@needs_fork
@pytest.mark.parametrize("first", SAVES)
@pytest.mark.parametrize("second", SAVES)
def test_overwriting_survives_a_kill_at_every_step(tmp_path, first, second):
    seen = []
    while True:
        kill_at = len(seen)
        prefix = str(tmp_path / f"{kill_at}" / "m")
        os.mkdir(tmp_path / f"{kill_at}")
        SAVES[first](prefix, 1)
        killed = run_until_step(lambda prefix=prefix: SAVES[second](prefix, 2), kill_at)
        seen.append(generation_of(BundleReader, prefix))
        # What is left must not harm the saves to come, killed or not, of either kind.
        run_until_step(lambda prefix=prefix: SAVES[first](prefix, 3), max(0, 40 - kill_at))
        assert generation_of(BundleReader, prefix) in (seen[-1], 3)
        SAVES[second](prefix, 4)
        assert generation_of(BundleReader, prefix) == 4
        assert complete_files(tmp_path / f"{kill_at}") == canonical_files(SAVES[second])
        if not killed:
            break
    # The old one up to some step, the new one from then on; most of the steps come before.
    assert seen == sorted(seen)
    assert seen[0] == 1
    assert seen[-1] == 2
    assert seen.count(1) > 20


@needs_fork
@pytest.mark.parametrize("kind", SAVES)
def test_a_killed_first_save_leaves_no_checkpoint_or_a_whole_one(tmp_path, kind):
    kill_at, killed, appeared = 0, True, False
    while killed:
        prefix = str(tmp_path / f"{kill_at}" / "m")
        os.mkdir(tmp_path / f"{kill_at}")
        killed = run_until_step(lambda prefix=prefix: SAVES[kind](prefix, 1), kill_at)
        if os.path.exists(index_path(prefix)):
            assert generation_of(BundleReader, prefix) == 1
            appeared = True
        else:
            assert not appeared
        kill_at += 1
    assert appeared


@needs_fork
def test_v1_overwriting_survives_a_kill_at_every_step(tmp_path):
    seen, killed = [], True
    while killed:
        prefix = str(tmp_path / f"m{len(seen)}")
        save_v1(prefix, 1)
        killed = run_until_step(lambda prefix=prefix: save_v1(prefix, 2), len(seen))
        seen.append(generation_of(V1Reader, prefix))
    assert seen == sorted(seen)
    assert seen[0] == 1
    assert seen[-1] == 2


def test_overwriting_leaves_the_canonical_files_alone(tmp_path):
    prefix = str(tmp_path / "m")
    for number, kind in enumerate([save, save, save_sharded, save_sharded, save]):
        kind(prefix, number + 1)
        assert generation_of(BundleReader, prefix) == number + 1
        assert {path.name for path in tmp_path.iterdir()} == canonical_files(kind)


def test_without_hard_links(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    test_overwriting_leaves_the_canonical_files_alone(tmp_path)


def test_a_reader_keeps_what_it_opened(tmp_path):
    prefix = str(tmp_path / "m")
    save(prefix, 1)
    with BundleReader(prefix) as reader:
        assert reader.get_tensor("a")[0] == 1
        save(prefix, 2)
        assert reader.get_tensor("b")[1] == 1


def test_a_damaged_checkpoint_is_overwritten(tmp_path):
    prefix = str(tmp_path / "m")
    save(prefix, 1)
    Path(index_path(prefix)).write_bytes(b"damaged")
    save(prefix, 2)
    assert generation_of(BundleReader, prefix) == 2


@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, errors.ResourceExhaustedError), (errno.EACCES, errors.PermissionDeniedError)],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_checkpoint_alone(tmp_path, monkeypatch, call, code, kind):
    prefix = str(tmp_path / "m")
    save(prefix, 1)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(kind, match=os.strerror(code)):
            save(prefix, 2)
    assert generation_of(BundleReader, prefix) == 1
    leftovers = {path.name for path in tmp_path.iterdir()} - set(before)
    assert not any("tempstate" in name for name in leftovers)
    save(prefix, 3)
    assert {path.name for path in tmp_path.iterdir()} == set(before)
