"""tf.strings: functions of tensors of strings."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.strings.conversion": (
        "as_string", "string_to_hash_bucket as to_hash_bucket", "string_to_hash_bucket_fast as to_hash_bucket_fast",
        "string_to_hash_bucket_strong as to_hash_bucket_strong", "string_to_number as to_number",
    ),
    "nbtf.strings.formatting": ("string_format as format",),
    "nbtf.strings.joining": ("reduce_join", "string_join as join", "unsorted_segment_join"),
    "nbtf.strings.patterns": ("regex_full_match", "regex_replace"),
    "nbtf.strings.pieces": ("bytes_split", "length", "lower", "split", "string_strip as strip", "substr", "upper"),
    "nbtf.strings.sequences": ("ngrams",),
    "nbtf.strings.unicode": (
        "unicode_decode", "unicode_decode_with_offsets", "unicode_encode", "unicode_script", "unicode_split",
        "unicode_split_with_offsets", "unicode_transcode",
    ),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
