"""tf.strings: functions of tensors of strings."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.strings.conversion import as_string as as_string
from nbtf.strings.conversion import string_to_hash_bucket as to_hash_bucket
from nbtf.strings.conversion import string_to_hash_bucket_fast as to_hash_bucket_fast
from nbtf.strings.conversion import string_to_hash_bucket_strong as to_hash_bucket_strong
from nbtf.strings.conversion import string_to_number as to_number
from nbtf.strings.formatting import string_format as format
from nbtf.strings.joining import reduce_join as reduce_join
from nbtf.strings.joining import string_join as join
from nbtf.strings.joining import unsorted_segment_join as unsorted_segment_join
from nbtf.strings.patterns import regex_full_match as regex_full_match
from nbtf.strings.patterns import regex_replace as regex_replace
from nbtf.strings.pieces import bytes_split as bytes_split
from nbtf.strings.pieces import length as length
from nbtf.strings.pieces import lower as lower
from nbtf.strings.pieces import split as split
from nbtf.strings.pieces import string_strip as strip
from nbtf.strings.pieces import substr as substr
from nbtf.strings.pieces import upper as upper
from nbtf.strings.sequences import ngrams as ngrams
from nbtf.strings.unicode import unicode_decode as unicode_decode
from nbtf.strings.unicode import unicode_decode_with_offsets as unicode_decode_with_offsets
from nbtf.strings.unicode import unicode_encode as unicode_encode
from nbtf.strings.unicode import unicode_script as unicode_script
from nbtf.strings.unicode import unicode_split as unicode_split
from nbtf.strings.unicode import unicode_split_with_offsets as unicode_split_with_offsets
from nbtf.strings.unicode import unicode_transcode as unicode_transcode
