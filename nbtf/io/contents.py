"""Files as strings, and strings as tensors."""

from __future__ import annotations

from typing import Any

from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed

read_file = OpFunction("ReadFile")
write_file = OpFunction("WriteFile")
matching_files = OpFunction("MatchingFiles")
decode_base64 = OpFunction("DecodeBase64")
encode_base64 = OpFunction("EncodeBase64")
serialize_tensor = OpFunction("SerializeTensor")
parse_tensor = OpFunction("ParseTensor")


def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
    bytes: Any = None,
) -> Any:
    """The bytes of each string as numbers of out_type: [...] -> [..., length / size of a number]."""
    strings = renamed("input_bytes", input_bytes, "bytes", bytes)
    if out_type is None:
        raise ValueError("decode_raw_v1() missing 1 positional argument: 'out_type'")
    return raw.DecodeRaw(strings, out_type, little_endian=little_endian, name=name)
