"""tf.contrib.seq2seq: decoders, attention, beam search, and the loss of sequences."""

from nbtf.lazy import NameSpace

_EXPORTS = {
    "nbtf.contrib.seq2seq.attending_cells": ("AttentionWrapper", "AttentionWrapperState"),
    "nbtf.contrib.seq2seq.attention_mechanisms": (
        "AttentionMechanism", "BahdanauAttention", "LuongAttention", "hardmax",
    ),
    "nbtf.contrib.seq2seq.basic_decoding": ("BasicDecoder", "BasicDecoderOutput"),
    "nbtf.contrib.seq2seq.beam_searching": (
        "BeamSearchDecoder", "BeamSearchDecoderOutput", "BeamSearchDecoderState", "FinalBeamSearchDecoderOutput",
    ),
    "nbtf.contrib.seq2seq.beam_trees": ("gather_tree", "gather_tree_from_array", "tile_batch"),
    "nbtf.contrib.seq2seq.decoder_inputs": (
        "CustomHelper", "GreedyEmbeddingHelper", "Helper", "InferenceHelper", "SampleEmbeddingHelper",
        "TrainingHelper",
    ),
    "nbtf.contrib.seq2seq.decoding": ("Decoder", "dynamic_decode"),
    "nbtf.contrib.seq2seq.losses": ("sequence_loss",),
    "nbtf.contrib.seq2seq.monotonic_attending": (
        "BahdanauMonotonicAttention", "LuongMonotonicAttention", "monotonic_attention", "safe_cumprod",
    ),
    "nbtf.contrib.seq2seq.scheduled_inputs": ("ScheduledEmbeddingTrainingHelper", "ScheduledOutputTrainingHelper"),
}  # fmt: skip

_names = NameSpace(__name__, _EXPORTS)
__getattr__, __dir__ = _names.find, _names.list
