"""tf.contrib: what of TensorFlow 1's contributed parts nbtf has; another name is an AttributeError."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib import crf as crf
from nbtf.contrib import data as data
from nbtf.contrib import feature_column as feature_column
from nbtf.contrib import framework as framework
from nbtf.contrib import image as image
from nbtf.contrib import layers as layers
from nbtf.contrib import learn as learn
from nbtf.contrib import legacy_seq2seq as legacy_seq2seq
from nbtf.contrib import lookup as lookup
from nbtf.contrib import losses as losses
from nbtf.contrib import metrics as metrics
from nbtf.contrib import opt as opt
from nbtf.contrib import rnn as rnn
from nbtf.contrib import seq2seq as seq2seq
from nbtf.contrib import slim as slim
from nbtf.contrib import staging as staging
from nbtf.contrib import training as training
from nbtf.contrib import util as util
