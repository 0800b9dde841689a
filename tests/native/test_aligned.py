"""Arrays at cache lines, by themselves and from one block of memory."""

import numpy as np
import pytest

from nbtf.native.aligned import Shelf, aligned_empty

FLOAT, BYTE, OBJECT = np.dtype(np.float32), np.dtype(np.uint8), np.dtype(object)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (5, 7)])
def test_an_array_begins_at_a_cache_line(shape: tuple[int, ...]) -> None:
    for array in (aligned_empty(shape, FLOAT), Shelf([1000]).empty(shape, FLOAT)):
        assert array.shape == shape
        assert array.dtype == FLOAT
        assert array.flags.c_contiguous
        assert array.flags.writeable
        assert not array.size or array.ctypes.data % 64 == 0


def test_arrays_of_a_shelf_share_no_bytes() -> None:
    shelf = Shelf([65, 12, 64])
    arrays = [shelf.empty((65,), BYTE), shelf.empty((3,), FLOAT), shelf.empty((64,), BYTE)]
    for i, array in enumerate(arrays):
        array[...] = i
    assert [set(array.tolist()) for array in arrays] == [{0}, {1}, {2}]
    assert arrays[1].ctypes.data == arrays[0].ctypes.data + 128
    assert arrays[2].ctypes.data == arrays[1].ctypes.data + 64


def test_what_a_shelf_has_no_room_for_has_memory_of_its_own() -> None:
    shelf = Shelf([64])
    assert shelf.empty((17,), FLOAT).shape == (17,)
    inside = shelf.empty((16,), FLOAT)
    inside[...] = 1
    shelf.empty((16,), FLOAT)[...] = 2
    assert inside.tolist() == [1] * 16
    assert shelf.empty((2,), OBJECT).tolist() == [None, None]
