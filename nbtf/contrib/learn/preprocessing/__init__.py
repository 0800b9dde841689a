"""tf.contrib.learn.preprocessing: documents as rows of ids or bytes."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.learn.preprocessing.categories": ("CategoricalVocabulary",),
    "nbtf.contrib.learn.preprocessing.texts": ("ByteProcessor", "VocabularyProcessor", "tokenizer"),
}

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
