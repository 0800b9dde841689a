"""nbtf run: files in, answers out."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.command_line import refusal, run_command

import nbtf as tf
from nbtf.wire import files

Capsys = pytest.CaptureFixture[str]


def outputs(capsys: Capsys, *words: str | Path) -> dict[str, Any]:
    outcome = run_command(capsys, "run", "--json", *words)
    assert outcome.status == 0, outcome.err
    found: dict[str, Any] = json.loads(outcome.out)["outputs"]
    return found


@pytest.fixture
def images(golden: Path, tmp_path: Path) -> Path:
    """Three digits as an .npz of several arrays, an .npy, a single image, a PNG and text."""
    with np.load(golden / "digits/test.npz") as data:
        three = data["image"][:3]
    np.savez(tmp_path / "images.npz", three=three, other=np.zeros(2))
    np.savez(tmp_path / "one_array.npz", three)
    np.save(tmp_path / "images.npy", three)
    np.save(tmp_path / "first.npy", three[0])
    np.save(tmp_path / "wide.npy", three.astype(np.float64))
    return tmp_path


DIGIT = ("--output", "digit")


@pytest.mark.parametrize(
    ("file", "count"),
    [("images.npz:three", 3), ("one_array.npz", 3), ("images.npy", 3), ("first.npy", 1), ("wide.npy", 3)],
)
@pytest.mark.parametrize("name", ["image", "image:0"])
def test_arrays(capsys: Capsys, golden: Path, images: Path, file: str, count: int, name: str) -> None:
    found = outputs(capsys, golden / "digits/frozen.pb", "--input", f"{name}={images / file}", *DIGIT)
    assert found == {"digit": {"tensor": "digit:0", "dtype": "int64", "shape": [count], "values": [7, 9, 4][:count]}}


def test_an_image(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    image_module = pytest.importorskip("PIL.Image")
    with np.load(golden / "digits/test.npz") as data:
        pixels = np.round(data["image"][0, ..., 0] * 255).astype(np.uint8)
    image_module.fromarray(pixels).convert("RGB").save(tmp_path / "seven.png")
    words = ["--input", f"image={tmp_path / 'seven.png'}", "--image-scale", str(1 / 255)]
    assert outputs(capsys, golden / "digits/frozen.pb", *words)["digit"]["values"] == [7]


def test_an_image_of_another_size(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    image_module = pytest.importorskip("PIL.Image")
    path = tmp_path / "large.png"
    image_module.new("L", (28, 20)).save(path)
    told = refusal(run_command(capsys, "run", golden / "digits/frozen.pb", "--input", f"image={path}"))
    assert told == f"{path}: has shape [20, 28, 1], input image:0 wants [?, 8, 8, 1]"


def placeholder_graph(folder: Path, dtype: Any, shape: Any) -> Path:
    """A graph whose output `y` is its input `x`."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(dtype, shape, name="x")
        graph.create_op("Identity", [x], name="y")
    files.write_message(folder / "graph.pb", graph.as_graph_def())
    return folder / "graph.pb"


@pytest.mark.parametrize(
    ("dtype", "shape", "text", "values"),
    [
        (tf.float32, [None, 2], "1 2\n3 4.5\n", [[1, 2], [3, 4.5]]),
        (tf.int32, [3], "1,2,3\n", [1, 2, 3]),
        (tf.int64, [], "7", 7),
        (tf.string, [None], "one\ntwo words\n", ["one", "two words"]),
    ],
)
def test_text(capsys: Capsys, tmp_path: Path, dtype: Any, shape: Any, text: str, values: Any) -> None:
    (tmp_path / "x.txt").write_text(text)
    graph = placeholder_graph(tmp_path, dtype, shape)
    assert outputs(capsys, graph, "--input", f"x={tmp_path / 'x.txt'}")["y"]["values"] == values


@pytest.mark.parametrize(
    ("dtype", "array", "told"),
    [
        (tf.int32, np.array([1.5]), "holds float64, input x:0 wants int32"),
        (tf.uint8, np.array([1, 300]), "holds 1 to 300, beyond uint8 of input x:0"),
        (tf.float32, np.array(["a"]), "holds <U1, input x:0 wants float32"),
        (tf.string, np.array([1]), "holds int64, input x:0 wants strings"),
        (tf.bool, np.array([1]), "holds int64, input x:0 wants bool"),
    ],
)
def test_values_that_do_not_fit(capsys: Capsys, tmp_path: Path, dtype: Any, array: Any, told: str) -> None:
    np.save(tmp_path / "x.npy", array)
    graph = placeholder_graph(tmp_path, dtype, [None])
    assert refusal(run_command(capsys, "run", graph, "--input", f"x={tmp_path / 'x.npy'}")).endswith(told)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("image", "must be NAME=FILE"),
        ("image=x.wav", "the name must end in .npy, .npz, .png, .jpg or .txt"),
        ("image=none.npy", "No such file"),
        ("image={}/images.npz", "holds three, other; say which, as in images.npz:three"),
        ("image={}/images.npz:four", "holds three, other, not four"),
        ("imaeg={}/images.npy", "Did you mean 'image'?"),
        ("image:1={}/images.npy", "exists but only has 1 outputs."),
        ("image={}/images.npz:other", "holds float64, input image:0 wants"),
    ],
)
def test_inputs_that_are_refused(capsys: Capsys, golden: Path, images: Path, given: str, told: str) -> None:
    if given.endswith("other"):
        told = "has shape [2], input image:0 wants [?, 8, 8, 1]"
    words = ["--input", given.format(images)]
    assert told in refusal(run_command(capsys, "run", golden / "digits/frozen.pb", *words))


def test_an_array_of_objects_is_not_unpickled(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "evil.npy", np.array([{}], object), allow_pickle=True)
    words = ["--input", f"image={tmp_path / 'evil.npy'}"]
    assert "allow_pickle" in refusal(run_command(capsys, "run", golden / "digits/frozen.pb", *words))


def test_unknown_output(capsys: Capsys, golden: Path, images: Path) -> None:
    words = ["--input", f"image={images / 'images.npy'}", "--output", "probability"]
    assert "Did you mean 'probabilities'" in refusal(run_command(capsys, "run", golden / "digits/frozen.pb", *words))


def test_a_placeholder_that_was_not_fed(capsys: Capsys, golden: Path) -> None:
    told = refusal(run_command(capsys, "run", golden / "digits/frozen.pb"))
    assert told.startswith("InvalidArgumentError: You must feed a value for placeholder tensor 'image'")


@pytest.mark.parametrize(
    "graph",
    [
        ("digits/saved_model",),
        ("digits/model.ckpt-1125.meta", "--output", "digit", "--output", "probabilities"),
        ("digits", "--output", "digit", "--output", "probabilities"),
        ("digits/graph.pbtxt", "--checkpoint", "{}/digits/model.ckpt-1125", "--output", "digit", "--output",
         "probabilities"),
    ],
)  # fmt: skip
def test_variables_come_from_wherever_they_are(
    capsys: Capsys, golden: Path, images: Path, graph: tuple[str, ...]
) -> None:
    words = [golden / graph[0], *(word.format(golden) for word in graph[1:])]
    found = outputs(capsys, *words, "--input", f"image={images / 'images.npy'}")
    assert found["digit"]["values"] == [7, 9, 4]
    with np.load(golden / "digits/test.npz") as data:
        np.testing.assert_allclose(found["probabilities"]["values"], data["probabilities"][:3], atol=1e-5)


def test_keys_of_a_signature(capsys: Capsys, golden: Path, tmp_path: Path) -> None:
    with np.load(golden / "saved_model/linear.npz") as data:
        np.save(tmp_path / "in.npy", data["in0"])
        expected = data["out0"]
    folder = golden / "saved_model/linear"
    given = ["--input", f"inputs={tmp_path / 'in.npy'}"]
    for words in ([], ["--signature", "serving_default"], ["--output", "outputs"], ["--output", "y"]):
        found = outputs(capsys, folder, *given, *words)
        np.testing.assert_allclose(next(iter(found.values()))["values"], expected, rtol=1e-5)
    told = refusal(run_command(capsys, "run", folder, *given, "--signature", "serving"))
    assert "no signature 'serving'. Did you mean 'serving_default'?" in told


def test_save(capsys: Capsys, golden: Path, images: Path) -> None:
    out = images / "out.npz"
    words = ["--input", f"image={images / 'images.npy'}", "--save", out, *DIGIT, "--output", "probabilities"]
    assert run_command(capsys, "run", golden / "digits/frozen.pb", *words).status == 0
    with np.load(out) as saved, np.load(golden / "digits/test.npz") as data:
        assert set(saved.files) == {"digit", "probabilities"}
        np.testing.assert_array_equal(saved["digit"], data["digit"][:3])


def test_summary_and_bench(capsys: Capsys, golden: Path, images: Path) -> None:
    words = ["--input", f"image={images / 'images.npy'}", "--output", "probabilities", "--bench", "3"]
    outcome = run_command(capsys, "run", golden / "digits/frozen.pb", *words)
    assert outcome.status == 0
    lines = outcome.out.splitlines()
    assert lines[0].startswith("probabilities  float32 [3, 10]  min ")
    assert lines[-1].startswith("3 runs: median ")


def test_what_json_cannot_say(capsys: Capsys, tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([np.nan, np.inf, 1], np.float32))
    words = ["--input", f"x={tmp_path / 'x.npy'}"]
    graph = placeholder_graph(tmp_path, tf.float32, [None])
    assert outputs(capsys, graph, *words)["y"]["values"] == ["nan", "inf", 1.0]


def test_every_unsupported_op_is_told(capsys: Capsys, tmp_path: Path) -> None:
    graph_def = tf.GraphDef()
    graph_def.node.add(name="odd", op="MyOwnOp")
    graph_def.node.add(name="odder", op="MyOtherOp", input=["odd"])
    files.write_message(tmp_path / "odd.pb", graph_def)
    outcome = run_command(capsys, "run", tmp_path / "odd.pb", "--output", "odder")
    told = refusal(outcome)
    assert "odd" in told


def test_a_profile_tells_where_the_time_goes(golden: Path, images: Path, capsys: Capsys) -> None:
    words = (golden / "digits/frozen.pb", "--input", f"image={images / 'images.npy'}", *DIGIT, "--profile")
    outcome = run_command(capsys, "run", *words)
    assert outcome.status == 0, outcome.err
    assert re.search(r"calls +ms +share +GFLOP/s +MB +GB/s  op\n", outcome.out)
    found = json.loads(run_command(capsys, "run", "--json", *words).out)["profile"]
    product = next(entry for entry in found["ops"] if entry["op"] == "_DenseMatMul")
    assert product["calls"] == 2 and product["flops"] > 0 and product["bytes"] > 0
    assert sum(entry["seconds"] for entry in found["nodes"]) == pytest.approx(sum(e["seconds"] for e in found["ops"]))
