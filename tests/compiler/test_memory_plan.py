"""Buffers that are alive at once never overlap, and a chain needs no more than its neighbours together."""

from hypothesis import given
from hypothesis import strategies as st

from nbtf.compiler.memory_plan import ALIGNMENT, LiveRange, place

ranges = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 15), st.integers(0, 5000)).map(lambda t: (t[0], t[0] + t[1], t[2])),
    max_size=60,
)


@given(ranges)
def test_live_buffers_do_not_overlap(items: list[tuple[int, int, int]]) -> None:
    live = [LiveRange(i, first, last) for i, (first, last, _) in enumerate(items)]
    sizes = [size for _, _, size in items]
    offsets, end = place(live, sizes)
    for i, one in enumerate(live):
        assert offsets[i] % ALIGNMENT == 0
        assert offsets[i] + sizes[i] <= end
        for j in range(i):
            two = live[j]
            if one.first <= two.last and two.first <= one.last and sizes[i] and sizes[j]:
                assert offsets[i] + sizes[i] <= offsets[j] or offsets[j] + sizes[j] <= offsets[i]


def test_a_chain_needs_two_buffers() -> None:
    live = [LiveRange(i, i, i + 1) for i in range(100)]
    assert place(live, [1000] * 100)[1] == 2 * 1024


def test_a_freed_buffer_is_used_again_and_neighbours_join() -> None:
    live = [LiveRange(0, 0, 1), LiveRange(1, 0, 1), LiveRange(2, 2, 3)]
    assert place(live, [640, 640, 1280])[1] == 1280
