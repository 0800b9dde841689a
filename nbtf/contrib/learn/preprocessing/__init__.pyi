"""tf.contrib.learn.preprocessing: documents as rows of ids or bytes."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.learn.preprocessing.categories import CategoricalVocabulary as CategoricalVocabulary
from nbtf.contrib.learn.preprocessing.texts import ByteProcessor as ByteProcessor
from nbtf.contrib.learn.preprocessing.texts import VocabularyProcessor as VocabularyProcessor
from nbtf.contrib.learn.preprocessing.texts import tokenizer as tokenizer
