"""Elements at other places: reversed, rolled, in blocks, scattered, partitioned."""

from __future__ import annotations

from typing import Any

import numpy as np

from nbtf import dtypes
from nbtf.array.filling import zeros
from nbtf.array.joining import stack
from nbtf.graph.constant_value import constant_value
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.raw_ops import OpFunction, raw
from nbtf.graph.renamed_arguments import renamed
from nbtf.graph.scopes import name_scope

batch_to_space_nd = OpFunction("BatchToSpaceND", "batch_to_space_nd")
dynamic_partition = OpFunction("DynamicPartition")
dynamic_stitch = OpFunction("DynamicStitch")
reverse = OpFunction("ReverseV2", "reverse")
roll = OpFunction("Roll")
scatter_nd = OpFunction("ScatterNd")
space_to_batch_nd = OpFunction("SpaceToBatchND", "space_to_batch_nd")
tensor_scatter_nd_add = OpFunction("TensorScatterAdd", "tensor_scatter_nd_add")
tensor_scatter_nd_max = OpFunction("TensorScatterMax", "tensor_scatter_nd_max")
tensor_scatter_nd_min = OpFunction("TensorScatterMin", "tensor_scatter_nd_min")
tensor_scatter_nd_sub = OpFunction("TensorScatterSub", "tensor_scatter_nd_sub")
tensor_scatter_nd_update = OpFunction("TensorScatterUpdate", "tensor_scatter_nd_update")


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Any:
    """The first seq_lengths[i] elements along `seq_axis` reversed, in part i of `batch_axis` (0 if None).

    seq_dim and batch_dim are older names of the axes.
    """
    seq_axis = renamed("seq_axis", seq_axis, "seq_dim", seq_dim)
    batch_axis = renamed("batch_axis", batch_axis, "batch_dim", batch_dim)
    if seq_axis is None:
        raise TypeError("Expected int for argument 'seq_dim' not None.")
    return raw.ReverseSequence(input, seq_lengths, seq_dim=seq_axis, batch_dim=batch_axis, name=name)


def space_to_depth(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Any:
    """Blocks of pixels as channels: [N, H, W, C] -> [N, H / block, W / block, C * block * block]."""
    return raw.SpaceToDepth(input, block_size=block_size, data_format=data_format, name=name)


def depth_to_space(input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC") -> Any:
    """Channels as blocks of pixels: [N, H, W, C] -> [N, H * block, W * block, C / (block * block)]."""
    return raw.DepthToSpace(input, block_size=block_size, data_format=data_format, name=name)


def space_to_batch(
    input: Any, paddings: Any, block_size: int | None = None, name: str | None = None, block_shape: Any = None
) -> Any:
    """Pixels of padded images [N, H, W, C], one of each block of block_size * block_size in a batch of its own."""
    block_size = renamed("block_shape", block_shape, "block_size", block_size)
    blocks = np.array([block_size, block_size], np.int64)
    result = raw.SpaceToBatchND(input, blocks, paddings, name=name)
    result.set_shape(result.shape.with_rank(4))
    return result


def batch_to_space(
    input: Any, crops: Any, block_size: int | None = None, name: str | None = None, block_shape: Any = None
) -> Any:
    """What `space_to_batch` took apart, put together again and cropped."""
    block_size = renamed("block_shape", block_shape, "block_size", block_size)
    blocks = np.array([block_size, block_size], np.int64)
    result = raw.BatchToSpaceND(input, blocks, crops, name=name)
    result.set_shape(result.shape.with_rank(4))
    return result


def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Any, Any]:
    """The paddings that make each extent a multiple of its block, and the crops that take them away: both [n, 2].

    base_paddings: what is padded anyway, [n, 2].
    """
    with name_scope(name, "required_space_to_batch_paddings", [input_shape, block_shape]):
        input_shape = convert_to_tensor(input_shape, dtypes.int32, "input_shape")
        block_shape = convert_to_tensor(block_shape, dtypes.int32, "block_shape")
        block_shape.shape.assert_is_fully_defined()
        block_shape.shape.assert_has_rank(1)
        count = block_shape.shape.as_list()[0]
        if count == 0:
            return zeros([0, 2], dtypes.int32), zeros([0, 2], dtypes.int32)
        input_shape.shape.assert_is_compatible_with([count])
        if base_paddings is not None:
            base_paddings = convert_to_tensor(base_paddings, dtypes.int32, "base_paddings")
            base_paddings.shape.assert_is_compatible_with([count, 2])
        else:
            base_paddings = zeros([count, 2], dtypes.int32)
        known = [constant_value(one) for one in (block_shape, input_shape, base_paddings)]
        if all(one is not None for one in known):
            block_shape, input_shape, base_paddings = known
        start, end = base_paddings[:, 0], base_paddings[:, 1]
        padded = input_shape + start + end
        extra = (block_shape - padded % block_shape) % block_shape
        end = end + extra
        paddings = stack([[start[i], end[i]] for i in range(count)], name="paddings")
        crops = stack([[0, extra[i]] for i in range(count)], name="crops")
        return paddings, crops


def fingerprint(data: Any, method: Any = "farmhash64", name: str | None = None) -> Any:
    """A hash of each row of `data`: [n, ...] -> uint8 [n, 8]."""
    return raw.Fingerprint(data, method, name=name)
