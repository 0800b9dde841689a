"""Golden checkpoints and what they hold."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nbtf.checkpoint.bundle import BundleReader, index_path
from nbtf.checkpoint.bundle_writer import BundleWriter, merge_bundles
from nbtf.checkpoint.slices import format_shape_and_slice, parse_key
from nbtf.checkpoint.table import Table, TableWriter
from nbtf.wire import schema

Values = dict[str, np.ndarray]


@pytest.fixture(scope="session")
def golden_values(golden: Path) -> Callable[[str], Values]:
    """folder of golden/ckpt -> tensor name -> value. bfloat16 comes as float32."""

    def load(folder: str) -> Values:
        stored = np.load(golden / "ckpt" / folder / "values.npz")
        values: Values = {key.replace("|", "/"): stored[key] for key in stored if "@" not in key}
        parts = [stored[key] for key in sorted(stored) if key.startswith("part|w@")]
        return values | {"part/w": np.concatenate(parts)}

    return load


def write_again(source: str, destination: str) -> None:
    """The checkpoint at ``source`` written by BundleWriter, through parts and a merge if it has several shards."""
    with BundleReader(source) as reader:
        count = reader.shard_count
        prefixes = [destination] if count == 1 else [f"{destination}_temp/part-{shard}" for shard in range(count)]
        writers = [BundleWriter(prefix) for prefix in prefixes]
        stored = {key: reader.entry_at(key) for key in reader if not reader.entry_at(key).slices}
        # In the order of their data, which is the order they were saved in.
        for key, entry in sorted(stored.items(), key=lambda item: (item[1].shard, item[1].offset, item[1].size)):
            value, writer = reader._read_entry(key, entry), writers[entry.shard]
            if key.startswith(b"\0"):
                name, part = parse_key(key)
                spec = format_shape_and_slice(reader.shape(name.decode()), part)
                writer.add_slice(name.decode(), spec, value, entry.dtype)
            else:
                writer.add(key.decode(), value, entry.dtype)
    for writer in writers:
        writer.finish()
    if count > 1:
        merge_bundles(prefixes, destination)


@pytest.fixture(scope="session")
def rewrite() -> Callable[[str, str], None]:
    return write_again


@pytest.fixture(scope="session")
def files_of() -> Callable[..., Any]:
    """prefix -> suffix -> content, of all files of a checkpoint."""

    def files_of(prefix) -> dict[str, bytes]:
        prefix = Path(prefix)
        return {
            path.name.removeprefix(prefix.name): path.read_bytes() for path in prefix.parent.glob(prefix.name + ".*")
        }

    return files_of


@pytest.fixture(scope="session")
def edit_index() -> Callable[..., Any]:
    """(prefix, change) -> None, for making indices that lie."""

    def edit_index(prefix, change):
        """Rewrites the index: ``change(key, message)`` edits every entry."""
        entries = []
        table = Table(index_path(prefix))
        for key, value in table:
            message = schema.BundleEntryProto() if key else schema.BundleHeaderProto()
            message.ParseFromString(bytes(value))
            change(key, message)
            entries.append((key, message.SerializeToString()))
        table.close()
        with open(index_path(prefix), "wb") as file:
            writer = TableWriter(file)
            for key, value in entries:
                writer.add(key, value)
            writer.finish()

    return edit_index
