"""tf.contrib.learn: what makes numbers of texts; its estimators, older than tf.estimator, are not part of nbtf."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.learn import preprocessing as preprocessing
