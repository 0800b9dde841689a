"""The op of sound in old graphs; tests/programs/summary has the other ops of summaries."""

from typing import Any

import numpy as np
from ops.table import run_op

from nbtf.wire import schema


def test_audio_of_old_graphs_has_its_rate_as_an_attribute() -> None:
    tag: Any = np.array(b"a", object)
    attrs = {"sample_rate": 8000.0, "max_outputs": 1}
    (text,) = run_op("AudioSummary", [tag, np.zeros((2, 5), np.float32)], attrs, known=False)[0]
    summary = schema.Summary.FromString(text)
    assert [value.tag for value in summary.value] == ["a/audio"]
    audio = summary.value[0].audio
    assert (audio.sample_rate, audio.num_channels, audio.length_frames) == (8000, 1, 5)
    assert audio.encoded_audio_string[:4] == b"RIFF" and audio.content_type == "audio/wav"
