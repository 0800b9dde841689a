"""tf.contrib.layers: embeddings of ids."""

from __future__ import annotations

from typing import Any

from nbtf.array.indexing import gather
from nbtf.array.joining import concat
from nbtf.array.ordering import unique
from nbtf.array.shapes import reshape, shape
from nbtf.contrib.framework.model_variables import model_variable
from nbtf.contrib.layers.layer_scopes import Regularizer
from nbtf.contrib.layers.reshaping import elements_other_than
from nbtf.graph.conversion import convert_to_tensor
from nbtf.graph.scopes import name_scope
from nbtf.graph.sparse_tensor import SparseTensor
from nbtf.math.reductions import reduce_mean, reduce_prod
from nbtf.nn.embeddings import embedding_lookup
from nbtf.nn.sparse_embeddings import safe_embedding_lookup_sparse
from nbtf.variables.scoping import variable_scope


def embedding_lookup_unique(params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None) -> Any:
    """tf.nn.embedding_lookup, which looks an id up once however often it comes."""
    with name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = convert_to_tensor(ids)
        dims = shape(ids)
        flat = reshape(ids, reduce_prod(dims, keepdims=True))
        distinct, places = unique(flat)
        rows = embedding_lookup(params, distinct, partition_strategy)
        found = gather(rows, places)
        result = reshape(found, concat([dims, shape(rows)[1:]], 0))
        result.set_shape(ids.shape.concatenate(rows.shape[1:]))
        return result


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Any:
    """The rows of "embeddings" [vocab_size, embed_dim], a model variable, at ids [N, T]: [N, T, embed_dim].

    unique: each id is looked up once. Raises ValueError without a size, unless the variable is reused.
    """
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. "
            f"Got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        dims = None if vocab_size is None or embed_dim is None else [vocab_size, embed_dim]
        embeddings = model_variable(
            "embeddings", shape=dims, initializer=initializer, regularizer=regularizer, trainable=trainable
        )
        return embedding_lookup_unique(embeddings, ids) if unique else embedding_lookup(embeddings, ids)


def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Regularizer = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: Any = None,
) -> Any:
    """The mean over a document's words of the rows of "embeddings" [vocab_size, embed_dim]: ids [N, T] -> [N, embed_dim].

    sparse_lookup: ids that are -1 do not count, and an empty document is what id 0 is; ids may be a SparseTensor.
    Raises TypeError for a SparseTensor without sparse_lookup.
    """
    with variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        embeddings = model_variable(
            "embeddings",
            shape=[vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if sparse_lookup:
            words = ids if isinstance(ids, SparseTensor) else elements_other_than(convert_to_tensor(ids))
            return safe_embedding_lookup_sparse([embeddings], words, combiner="mean", default_id=0)
        if isinstance(ids, SparseTensor):
            raise TypeError(f"ids are expected to be dense Tensor, got: {ids}")
        return reduce_mean(embedding_lookup(embeddings, ids), axis=1)
