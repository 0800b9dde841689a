"""tf.nn: what layers of neural networks are made of."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.array.rearranging": ("depth_to_space", "space_to_batch", "space_to_depth"),
    "nbtf.math.elementwise": ("sigmoid", "tanh"),
    "nbtf.nn.activations": (
        "crelu", "elu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "silu", "softmax", "softplus",
        "softsign", "silu as swish",
    ),
    "nbtf.nn.convolutions": (
        "atrous_conv2d", "conv1d", "conv2d", "conv2d_backprop_filter", "conv2d_backprop_input", "conv3d",
        "conv3d_backprop_filter", "conv3d_backprop_filter as conv3d_backprop_filter_v2", "convolution",
    ),
    "nbtf.nn.cross_entropies": (
        "l2_loss", "log_poisson_loss", "sigmoid_cross_entropy_with_logits", "softmax_cross_entropy_with_logits",
        "softmax_cross_entropy_with_logits_v2", "sparse_softmax_cross_entropy_with_logits",
        "weighted_cross_entropy_with_logits",
    ),
    "nbtf.nn.depthwise_convolutions": (
        "depthwise_conv2d", "depthwise_conv2d_backprop_filter", "depthwise_conv2d_backprop_input",
        "depthwise_conv2d_native", "depthwise_conv2d_backprop_filter as depthwise_conv2d_native_backprop_filter",
        "depthwise_conv2d_backprop_input as depthwise_conv2d_native_backprop_input", "separable_conv2d",
    ),
    "nbtf.nn.dropping": ("dropout",),
    "nbtf.nn.embeddings": ("embedding_lookup",),
    "nbtf.nn.fractions": ("zero_fraction",),
    "nbtf.nn.linear": ("bias_add", "relu_layer", "xw_plus_b"),
    "nbtf.nn.loss_scaling": ("compute_average_loss", "scale_regularization_loss"),
    "nbtf.nn.morphology": ("dilation2d", "erosion2d"),
    "nbtf.nn.normalizing": (
        "batch_norm_with_global_normalization", "batch_normalization", "fused_batch_norm", "l2_normalize",
        "local_response_normalization", "local_response_normalization as lrn", "moments", "normalize_moments",
        "sufficient_statistics", "weighted_moments",
    ),
    "nbtf.nn.pooling": (
        "avg_pool", "avg_pool1d", "avg_pool as avg_pool2d", "avg_pool3d", "avg_pool_v2", "fractional_avg_pool",
        "fractional_max_pool", "max_pool", "max_pool1d", "max_pool2d", "max_pool3d", "max_pool_v2",
        "max_pool_with_argmax", "pool",
    ),
    "nbtf.nn.quantized": ("quantized_avg_pool", "quantized_conv2d", "quantized_max_pool", "quantized_relu_x"),
    "nbtf.nn.recurrence": ("bidirectional_dynamic_rnn", "dynamic_rnn", "raw_rnn"),
    "nbtf.nn.sampling": (
        "all_candidate_sampler", "compute_accidental_hits", "fixed_unigram_candidate_sampler",
        "learned_unigram_candidate_sampler", "log_uniform_candidate_sampler", "nce_loss", "sampled_softmax_loss",
        "uniform_candidate_sampler",
    ),
    "nbtf.nn.selection": ("approx_max_k", "approx_min_k", "in_top_k", "top_k"),
    "nbtf.nn.space_batches": ("with_space_to_batch",),
    "nbtf.nn.sparse_embeddings": ("embedding_lookup_sparse", "safe_embedding_lookup_sparse"),
    "nbtf.nn.temporal_classification": (
        "collapse_repeated", "ctc_beam_search_decoder", "ctc_beam_search_decoder_v2", "ctc_greedy_decoder",
        "ctc_loss", "ctc_loss_v2", "ctc_unique_labels",
    ),
    "nbtf.nn.transposed_convolutions": (
        "atrous_conv2d_transpose", "conv1d_transpose", "conv2d_transpose", "conv3d_transpose", "conv_transpose",
    ),
    "nbtf.nn.unrolling": ("static_bidirectional_rnn", "static_rnn", "static_state_saving_rnn"),
}  # fmt: skip
_MODULES = ("experimental", "rnn_cell")

_names = NameSpace(__name__, _EXPORTS, _MODULES)
__getattr__, __dir__ = _names.find, _names.list
