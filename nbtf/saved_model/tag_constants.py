"""tf.saved_model.tag_constants: the usual tags of a MetaGraphDef."""

SERVING = "serve"
TRAINING = "train"
GPU = "gpu"
TPU = "tpu"
