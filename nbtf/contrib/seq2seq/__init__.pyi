"""tf.contrib.seq2seq: decoders, attention, beam search, and the loss of sequences."""

# Made by tools/make_stubs.py; do not edit.

from nbtf.contrib.seq2seq.attending_cells import AttentionWrapper as AttentionWrapper
from nbtf.contrib.seq2seq.attending_cells import AttentionWrapperState as AttentionWrapperState
from nbtf.contrib.seq2seq.attention_mechanisms import AttentionMechanism as AttentionMechanism
from nbtf.contrib.seq2seq.attention_mechanisms import BahdanauAttention as BahdanauAttention
from nbtf.contrib.seq2seq.attention_mechanisms import LuongAttention as LuongAttention
from nbtf.contrib.seq2seq.attention_mechanisms import hardmax as hardmax
from nbtf.contrib.seq2seq.basic_decoding import BasicDecoder as BasicDecoder
from nbtf.contrib.seq2seq.basic_decoding import BasicDecoderOutput as BasicDecoderOutput
from nbtf.contrib.seq2seq.beam_searching import BeamSearchDecoder as BeamSearchDecoder
from nbtf.contrib.seq2seq.beam_searching import BeamSearchDecoderOutput as BeamSearchDecoderOutput
from nbtf.contrib.seq2seq.beam_searching import BeamSearchDecoderState as BeamSearchDecoderState
from nbtf.contrib.seq2seq.beam_searching import FinalBeamSearchDecoderOutput as FinalBeamSearchDecoderOutput
from nbtf.contrib.seq2seq.beam_trees import gather_tree as gather_tree
from nbtf.contrib.seq2seq.beam_trees import gather_tree_from_array as gather_tree_from_array
from nbtf.contrib.seq2seq.beam_trees import tile_batch as tile_batch
from nbtf.contrib.seq2seq.decoder_inputs import CustomHelper as CustomHelper
from nbtf.contrib.seq2seq.decoder_inputs import GreedyEmbeddingHelper as GreedyEmbeddingHelper
from nbtf.contrib.seq2seq.decoder_inputs import Helper as Helper
from nbtf.contrib.seq2seq.decoder_inputs import InferenceHelper as InferenceHelper
from nbtf.contrib.seq2seq.decoder_inputs import SampleEmbeddingHelper as SampleEmbeddingHelper
from nbtf.contrib.seq2seq.decoder_inputs import TrainingHelper as TrainingHelper
from nbtf.contrib.seq2seq.decoding import Decoder as Decoder
from nbtf.contrib.seq2seq.decoding import dynamic_decode as dynamic_decode
from nbtf.contrib.seq2seq.losses import sequence_loss as sequence_loss
from nbtf.contrib.seq2seq.monotonic_attending import BahdanauMonotonicAttention as BahdanauMonotonicAttention
from nbtf.contrib.seq2seq.monotonic_attending import LuongMonotonicAttention as LuongMonotonicAttention
from nbtf.contrib.seq2seq.monotonic_attending import monotonic_attention as monotonic_attention
from nbtf.contrib.seq2seq.monotonic_attending import safe_cumprod as safe_cumprod
from nbtf.contrib.seq2seq.scheduled_inputs import ScheduledEmbeddingTrainingHelper as ScheduledEmbeddingTrainingHelper
from nbtf.contrib.seq2seq.scheduled_inputs import ScheduledOutputTrainingHelper as ScheduledOutputTrainingHelper
