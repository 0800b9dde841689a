"""tf.contrib.seq2seq: a decoder that a cell and a helper are."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbtf import nest
from nbtf.contrib.seq2seq.decoder_inputs import Helper
from nbtf.contrib.seq2seq.decoding import Decoder
from nbtf.graph.scopes import name_scope
from nbtf.layers.base import Layer
from nbtf.nn.rnn_cell.checks import assert_like_cell
from nbtf.tensor_shape import TensorShape, as_shape


class BasicDecoderOutput(NamedTuple):
    """What a step gives: the cell's outputs, and the helper's samples of them."""

    rnn_output: Any
    sample_id: Any


class BasicDecoder(Decoder):
    """Each step runs a cell, samples its outputs, and asks a helper for the next inputs."""

    def __init__(self, cell: Any, helper: Helper, initial_state: Any, output_layer: Any = None) -> None:
        """output_layer: a tf.layers.Layer that outputs go through before they are sampled.

        Raises TypeError for a cell, a helper or a layer that is none.
        """
        assert_like_cell("cell", cell)
        if not isinstance(helper, Helper):
            raise TypeError(f"helper must be a Helper, received: {type(helper)}")
        if output_layer is not None and not isinstance(output_layer, Layer):
            raise TypeError(f"output_layer must be a Layer, received: {type(output_layer)}")
        self._cell, self._helper = cell, helper
        self._initial_state, self._output_layer = initial_state, output_layer

    @property
    def batch_size(self) -> Any:
        return self._helper.batch_size

    @property
    def output_size(self) -> BasicDecoderOutput:
        size = outputs_through(self._output_layer, self._cell.output_size)
        return BasicDecoderOutput(rnn_output=size, sample_id=self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        dtype = nest.flatten(self._initial_state)[0].dtype
        outputs = nest.map_structure(lambda _: dtype, self.output_size.rnn_output)
        return BasicDecoderOutput(outputs, self._helper.sample_ids_dtype)

    def initialize(self, name: str | None = None) -> tuple[Any, Any, Any]:
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> tuple[Any, Any, Any, Any]:
        """One step: (BasicDecoderOutput, next state, next inputs, finished)."""
        with name_scope(name, "BasicDecoderStep", [time, inputs, state]):
            outputs, state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            samples = self._helper.sample(time=time, outputs=outputs, state=state)
            finished, next_inputs, next_state = self._helper.next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=samples
            )
        return BasicDecoderOutput(outputs, samples), next_state, next_inputs, finished


def outputs_through(layer: Any, size: Any) -> Any:
    """The size of a cell's outputs behind a layer, None for none."""
    if layer is None:
        return size

    def behind(one: Any) -> TensorShape:
        whole = TensorShape([None]).concatenate(as_shape(one))
        return layer.compute_output_shape(whole)[1:]  # type: ignore[no-any-return]

    return nest.map_structure(behind, size)
