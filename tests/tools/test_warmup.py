"""nbtf warmup: kernels compiled ahead, and the cache looked after."""

from pathlib import Path

import pytest
from nbtf_tools import warmup
from tools.command_line import refusal, run_command

from nbtf.graph import registry
from nbtf.graph.graph import Graph
from nbtf.vm import image as image_module

Capsys = pytest.CaptureFixture[str]


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache of this test's own."""
    monkeypatch.setenv("NBTF_CACHE_DIR", str(tmp_path / "cache"))
    fresh = image_module.Image(image_module._image_folder())
    monkeypatch.setattr(image_module, "image", lambda: fresh)
    return tmp_path / "cache"


def test_a_graph_needs_no_more_after_it(capsys: Capsys, golden: Path) -> None:
    graph = golden / "digits/frozen.pb"
    assert run_command(capsys, "warmup", graph).status == 0
    before = image_module.image().compiled
    assert run_command(capsys, "warmup", graph, golden / "digits/saved_model").status == 0
    words = ["--input", f"image={golden / 'digits/test.npz'}:image"]
    assert run_command(capsys, "run", graph, *words).status == 0
    assert run_command(capsys, "run", golden / "digits/saved_model", *words).status == 0
    after_first = image_module.image().compiled
    assert run_command(capsys, "run", graph, *words).status == 0
    assert image_module.image().compiled == after_first
    image_module.image().make(warmup.graph_variants(str(graph), ["serve"]))
    assert image_module.image().compiled == after_first
    assert after_first >= before


@pytest.mark.cold
def test_list_and_clean(capsys: Capsys, cache: Path, golden: Path) -> None:
    assert "for this version and processor: 0 files" in run_command(capsys, "warmup", "--list").out
    few = {variant for variant in warmup.graph_variants(str(golden / "digits/frozen.pb"), []) if variant.name == "halt"}
    assert len(few) == 1
    image_module.image().require(few)
    (kept,) = cache.glob("*/nbtf_*.o")
    old_version = kept.with_name("nbtf_instruction_halt-0123456789abcdef.o")
    old_processor = cache / "0123456789abcdef" / kept.name
    foreign = cache / "notes.txt"
    old_processor.parent.mkdir()
    for path in (old_version, old_processor, foreign):
        path.write_bytes(b"old")
    listing = run_command(capsys, "warmup", "--list").out
    assert "for this version and processor: 1 files" in listing
    assert "removes them): 2 files" in listing
    assert "instruction_halt" in listing
    assert run_command(capsys, "warmup", "--clean").out == "removed: 2 files, 0.0 MB\n"
    # A process that has not asked for its processor before keeps the answer there too.
    remembered = set(cache.glob("processor-*.txt"))
    assert {path for path in cache.rglob("*") if path.is_file()} - remembered == {kept, foreign}
    assert not old_processor.parent.exists()


def test_common_kernels_are_those_of_every_op_that_can_be_made_up() -> None:
    variants = warmup.common_variants()
    covered = {variant.name for variant in variants if variant.kind == "kernel"}
    for op_type in ("Softmax", "MatMul", "Conv2D", "ArgMax"):
        assert op_type in covered
    compiled = [t for t in registry.op_types() if (block := registry.find(t)) and (block.kernel or block.rule)]
    made_up = [op_type for op_type in compiled if warmup.sample_operation(Graph(), op_type) is not None]
    assert len(made_up) > 0.75 * len(compiled)


def test_graphs_are_refused_as_everywhere(capsys: Capsys, tmp_path: Path) -> None:
    assert "does not exist" in refusal(run_command(capsys, "warmup", tmp_path / "none.pb"))
    assert "leave out the graphs" in refusal(run_command(capsys, "warmup", "--list", "x.pb"))
