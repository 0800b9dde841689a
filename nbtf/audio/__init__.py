"""tf.audio: WAV files read and written."""

from nbtf.lazy import NameSpace

_EXPORTS = {"nbtf.audio.wav": ("decode_wav", "encode_wav")}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
