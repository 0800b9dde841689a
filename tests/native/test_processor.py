"""What LLVM says of the processor is asked once and kept."""

from pathlib import Path

import pytest

from nbtf.native import processor


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often LLVM was asked."""
    times: list[int] = []

    def host() -> processor.Host:
        times.append(1)
        return processor.Host("x86_64-unknown-linux-gnu", processor.Cpu("znver9", "+avx2,+fma"))

    monkeypatch.setattr(processor, "host", host)
    monkeypatch.setattr(processor, "_said_by_the_system", lambda: "flags: fpu")
    return times


def test_it_is_remembered(tmp_path: Path, asked: list[int]) -> None:
    first, second = (processor.remembered_host(str(tmp_path / "cache"), "1") for _ in range(2))
    assert first == second and second.cpu.has("fma") and len(asked) == 1
    processor.remembered_host(str(tmp_path / "cache"), "2")  # another version of LLVM may say something else
    assert len(asked) == 2


@pytest.mark.parametrize("text", ["", "a", "a b", "a b c d", "\x00\xff"])
def test_a_damaged_file_is_written_again(tmp_path: Path, asked: list[int], text: str) -> None:
    processor.remembered_host(str(tmp_path), "1")
    (path,) = tmp_path.iterdir()
    path.write_text(text)
    assert processor.remembered_host(str(tmp_path), "1").cpu.name == "znver9"
    assert "znver9" in path.read_text() and len(asked) == 2


def test_where_nothing_can_be_kept(tmp_path: Path, asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    for _ in range(2):
        processor.remembered_host(str(tmp_path / "file"), "1")
    monkeypatch.setattr(processor, "_said_by_the_system", lambda: None)
    processor.remembered_host(str(tmp_path), "1")
    assert len(asked) == 3


def test_host() -> None:
    cpu = processor.host().cpu
    assert cpu.name
    assert not cpu.has("no-such-feature")
