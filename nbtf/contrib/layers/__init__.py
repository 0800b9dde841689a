"""tf.contrib.layers: layers as functions, with scopes, collections, regularizers, summaries."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.layers": ("named_outputs as utils",),
    "nbtf.contrib.layers.connecting": (
        "bias_add", "dropout", "elu", "fully_connected", "linear", "relu", "relu6", "repeat", "stack",
    ),
    "nbtf.contrib.layers.convolving": (
        "convolution1d as conv1d", "convolution2d as conv2d", "convolution2d_transpose as conv2d_transpose",
        "convolution3d as conv3d", "convolution3d_transpose as conv3d_transpose", "convolution", "convolution1d",
        "convolution2d", "convolution2d_transpose", "convolution3d", "convolution3d_transpose",
    ),
    "nbtf.contrib.layers.embedding": ("bow_encoder", "embed_sequence", "embedding_lookup_unique"),
    "nbtf.contrib.layers.gradient_changes": ("adaptive_clipping_fn",),
    "nbtf.contrib.layers.group_normalizing": ("group_norm", "instance_norm"),
    "nbtf.contrib.layers.image_sequences": ("images_to_sequence", "sequence_to_images", "spatial_softmax"),
    "nbtf.contrib.layers.normalizing": ("batch_norm", "layer_norm"),
    "nbtf.contrib.layers.optimization": (
        "OPTIMIZER_CLS_NAMES", "OPTIMIZER_SUMMARIES", "optimize_loss",
    ),
    "nbtf.contrib.layers.plane_convolving": (
        "convolution2d_in_plane as conv2d_in_plane", "convolution2d_in_plane",
    ),
    "nbtf.contrib.layers.pooling": ("avg_pool2d", "avg_pool3d", "max_pool2d", "max_pool3d", "pool"),
    "nbtf.contrib.layers.regularization": (
        "apply_regularization", "l1_l2_regularizer", "l1_regularizer", "l2_regularizer", "sum_regularizer",
    ),
    "nbtf.contrib.layers.reshaping": (
        "dense_to_sparse", "flatten", "maxout", "one_hot_encoding", "scale_gradient", "softmax", "unit_norm",
    ),
    "nbtf.contrib.layers.scaled_initializers": (
        "variance_scaling_initializer", "xavier_initializer", "xavier_initializer as xavier_initializer_conv2d",
    ),
    "nbtf.contrib.layers.separable_convolving": (
        "separable_convolution2d as separable_conv2d", "separable_convolution2d",
    ),
    "nbtf.contrib.layers.summarizing": (
        "summarize_activation", "summarize_activations", "summarize_biases", "summarize_collection",
        "summarize_tensor", "summarize_tensors", "summarize_variables", "summarize_weights",
    ),
    "nbtf.nn.sparse_embeddings": ("safe_embedding_lookup_sparse",),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
