"""tf.contrib.slim.nets: whole networks, node for node as tf-slim builds them."""

import importlib
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from contrib.slim_networks import NETWORKS, facts

import nbtf as tf

GOLDEN = Path(__file__).parents[1] / "golden" / "slim_networks.json.xz"
RECORDED: dict[str, Any] = json.loads(lzma.decompress(GOLDEN.read_bytes()))


def test_every_network_is_recorded() -> None:
    assert list(RECORDED) == list(NETWORKS)


@pytest.mark.parametrize("label", NETWORKS)
def test_network(label: str) -> None:
    found = facts(tf, label)
    for fact, expected in RECORDED[label].items():
        assert found[fact] == expected, fact


@pytest.mark.parametrize("version", ["resnet_v1", "resnet_v2"])
@pytest.mark.parametrize("layers", [50, 101, 152, 200])
def test_residual_networks_have_as_many_layers_as_they_say(
    version: str, layers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(f"nbtf.contrib.slim.nets.{version}")
    monkeypatch.setattr(module, version, lambda inputs, blocks, *facts: (blocks, facts))
    blocks, given = getattr(module, f"{version}_{layers}")(None, 10, False, False, 8, True)
    assert sum(len(block.args) for block in blocks) * 3 + 2 == layers
    assert [block.args[-1]["stride"] for block in blocks] == [2, 2, 2, 1]
    assert [block.args[0]["depth"] for block in blocks] == [256, 512, 1024, 2048]
    assert given == (10, False, False, 8, True, True, f"{version}_{layers}")


def test_the_modules_are_found_by_attribute_and_by_import() -> None:
    from nbtf.contrib.slim.nets import inception, resnet_v1

    nets = tf.contrib.slim.nets
    assert nets.resnet_v1 is resnet_v1 and nets.inception is inception
    assert nets.inception.inception_v3 is nets.inception_v3.inception_v3
    assert nets.vgg.vgg_d is nets.vgg.vgg_16 and nets.vgg.vgg_16.default_image_size == 224
    assert "overfeat" in dir(nets) and "resnet_utils" in dir(nets)
