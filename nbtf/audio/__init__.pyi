"""tf.audio: WAV files read and written."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.audio.wav import decode_wav as decode_wav
from nbtf.audio.wav import encode_wav as encode_wav
