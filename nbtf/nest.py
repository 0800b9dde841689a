"""Nested structures: lists, tuples, namedtuples, mappings and attrs objects, and the values at their leaves.

    flatten({"b": 1, "a": [2, 3]})                       # [2, 3, 1]: mappings in the order of their sorted keys
    pack_sequence_as({"b": 0, "a": [0, 0]}, [2, 3, 1])   # {"b": 1, "a": [2, 3]}

Everything else, strings and sets too, is a leaf. With expand_composites an IndexedSlices or SparseTensor is a sequence of
its tensors.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Mapping, MappingView, Sequence
from typing import Any

from nbtf.composite_tensor import CompositeTensor

__all__ = ("assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as")


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a structure rather than a leaf."""
    if isinstance(seq, (list, tuple, Mapping, MappingView)):
        return True
    if isinstance(seq, Sequence):
        return not isinstance(seq, (str, bytes, bytearray, memoryview, range))
    return _is_attrs(seq)


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of `structure` in order; mappings in the order of their sorted keys. A leaf is a list of itself.

    Raises TypeError for keys that cannot be sorted.
    """
    leaves: list[Any] = []
    _flatten_into(structure, expand_composites, leaves)
    return leaves


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """A structure like `structure` with the leaves of `flat_sequence`, in the order that `flatten` gives.

    Raises TypeError for a flat_sequence that is none, ValueError for one of another length.
    """
    if not is_nested(flat_sequence):
        raise TypeError(
            f"Attempted to pack value:\n  {_shortened(flat_sequence)}\ninto a structure, but found incompatible type "
            f"`{type(flat_sequence)}` instead."
        )
    flat = list(flat_sequence)
    if not _is_inner(structure, expand_composites):
        if len(flat) != 1:
            raise ValueError(
                f"The target structure is of type `{type(structure)}`\n  {_shortened(structure)}\nHowever the input is "
                f"a sequence ({type(flat_sequence)}) of length {len(flat)}.\n  {_shortened(flat_sequence)}\nnest cannot "
                "guarantee that it is safe to map one to the other."
            )
        return flat[0]
    leaves = flatten(structure, expand_composites)
    if len(leaves) != len(flat):
        raise ValueError(
            f"Could not pack sequence. Structure had {len(leaves)} atoms, but flat_sequence had {len(flat)} items.  "
            f"Structure: {structure}, flat_sequence: {flat}."
        )
    return _packed(structure, iter(flat), expand_composites)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """A structure of func's results, called with the corresponding leaves of all structures.

    kwargs: check_types (True): containers must be of one type; expand_composites (False).
    Raises TypeError or ValueError for structures that differ.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if kwargs:
        raise ValueError(
            f"Only valid keyword arguments are `check_types` and `expand_composites`, not: `{'`, `'.join(kwargs)}`"
        )
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand_composites)
    columns = zip(*[flatten(one, expand_composites) for one in structure], strict=True)
    return pack_sequence_as(structure[0], [func(*column) for column in columns], expand_composites)


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Raises ValueError where the structures nest differently, TypeError where their containers are of other types."""
    try:
        _check_same(nest1, nest2, bool(check_types), bool(expand_composites))
    except (TypeError, ValueError) as error:
        raise type(error)(
            "The two structures don't have the same nested structure.\n\n"
            f"First structure: {_described(nest1)}\n\nSecond structure: {_described(nest2)}\n\n"
            f"More specifically: {error}\n"
            f"Entire first structure:\n{_dotted(nest1)}\nEntire second structure:\n{_dotted(nest2)}"
        ) from None


# ---- structures that go only so deep ---------------------------------------------------------------------------------


def assert_shallow_structure(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises TypeError or ValueError where `input_tree` does not nest as `shallow_tree` does, down to its leaves."""
    if not _is_inner(shallow_tree, expand_composites):
        return
    if not _is_inner(input_tree, expand_composites):
        raise TypeError(
            f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(input_tree)}."
        )
    if isinstance(shallow_tree, CompositeTensor):
        if not shallow_tree._same_make(input_tree):
            raise ValueError(f"Incompatible composite tensors: {shallow_tree} and {input_tree}")
        return
    if check_types and not _same_container(shallow_tree, input_tree):
        raise TypeError(
            "The two structures don't have the same sequence type. Input structure has type "
            f"{type(input_tree)}, while shallow structure has type {type(shallow_tree)}."
        )
    if len(_children(input_tree)) != len(_children(shallow_tree)):
        raise ValueError(
            "The two structures don't have the same sequence length. Input structure has length "
            f"{len(_children(input_tree))}, while shallow structure has length {len(_children(shallow_tree))}."
        )
    if isinstance(shallow_tree, Mapping) and isinstance(input_tree, Mapping):
        missing = sorted(set(shallow_tree) - set(input_tree))
        if missing:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree has the following "
                f"keys that are not in the input_tree: {missing}."
            )
    for shallow, deep in zip(_children(shallow_tree), _children(input_tree), strict=True):
        assert_shallow_structure(shallow, deep, check_types, expand_composites)


def flatten_up_to(
    shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False
) -> list[Any]:
    """The parts of `input_tree` that stand where `shallow_tree` has its leaves. Raises as assert_shallow_structure."""
    assert_shallow_structure(shallow_tree, input_tree, check_types, expand_composites)
    parts: list[Any] = []
    _flatten_up_to_into(shallow_tree, input_tree, expand_composites, parts)
    return parts


def map_structure_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """A structure like `shallow_tree` of func's results, called with the parts that the inputs have at its leaves."""
    if not inputs:
        raise ValueError("Argument `inputs` is empty. Cannot map over no sequences.")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    columns = zip(*[flatten_up_to(shallow_tree, one, check_types, expand_composites) for one in inputs], strict=True)
    return pack_sequence_as(shallow_tree, [func(*column, **kwargs) for column in columns], expand_composites)


def flatten_with_joined_paths(structure: Any, separator: str = "/") -> list[tuple[str, Any]]:
    """The leaves, each with the keys, field names and positions that lead to it."""
    found: list[tuple[str, Any]] = []

    def visit(value: Any, path: tuple[str, ...]) -> None:
        if not is_nested(value):
            found.append((separator.join(path), value))
            return
        for key, child in zip(_keys(value), _children(value), strict=True):
            visit(child, (*path, str(key)))

    visit(structure, ())
    return found


# ---- one container ---------------------------------------------------------------------------------------------------


def _is_attrs(value: Any) -> bool:
    return hasattr(type(value), "__attrs_attrs__")


def _is_inner(value: Any, expand_composites: bool) -> bool:
    return is_nested(value) or (expand_composites and isinstance(value, CompositeTensor))


def is_namedtuple(value: Any) -> bool:
    """Whether `value` is an instance of a namedtuple class."""
    return isinstance(value, tuple) and hasattr(value, "_fields")


def _keys(value: Any) -> list[Any]:
    """What names each child: sorted keys, field names, positions."""
    if isinstance(value, Mapping):
        return sorted(value)
    if is_namedtuple(value):
        return list(value._fields)
    if _is_attrs(value):
        return [field.name for field in type(value).__attrs_attrs__]
    return list(range(len(_children(value))))


def _children(value: Any) -> Sequence[Any]:
    if isinstance(value, CompositeTensor):
        return value._components()
    if isinstance(value, Mapping):
        return [value[key] for key in sorted(value)]
    if _is_attrs(value):
        return [getattr(value, field.name) for field in type(value).__attrs_attrs__]
    return list(value)


def _rebuilt(value: Any, children: list[Any]) -> Any:
    """A container like `value` with other children."""
    if isinstance(value, CompositeTensor):
        return value._with_components(children)
    if isinstance(value, Mapping):
        by_key = dict(zip(sorted(value), children, strict=True))
        items = [(key, by_key[key]) for key in value]  # in the order that value has
        if isinstance(value, collections.defaultdict):
            return collections.defaultdict(value.default_factory, items)
        kind: Any = type(value)
        return kind(items)
    if isinstance(value, MappingView):
        return children
    if is_namedtuple(value) or _is_attrs(value):
        return type(value)(*children)
    if isinstance(value, range):
        return children
    return type(value)(children)


def _flatten_into(value: Any, expand_composites: bool, leaves: list[Any]) -> None:
    if not _is_inner(value, expand_composites):
        leaves.append(value)
        return
    for child in _children(value):
        _flatten_into(child, expand_composites, leaves)


def _flatten_up_to_into(shallow: Any, value: Any, expand_composites: bool, parts: list[Any]) -> None:
    if not _is_inner(shallow, expand_composites):
        parts.append(value)
        return
    for inner, child in zip(_children(shallow), _children(value), strict=True):
        _flatten_up_to_into(inner, child, expand_composites, parts)


def _packed(structure: Any, leaves: Iterator[Any], expand_composites: bool) -> Any:
    if not _is_inner(structure, expand_composites):
        return next(leaves)
    return _rebuilt(structure, [_packed(child, leaves, expand_composites) for child in _children(structure)])


# ---- comparison ------------------------------------------------------------------------------------------------------


def _check_same(a: Any, b: Any, check_types: bool, expand_composites: bool) -> None:
    inner_a, inner_b = _is_inner(a, expand_composites), _is_inner(b, expand_composites)
    if not inner_a and not inner_b:
        return
    if inner_a != inner_b:
        sequence, leaf = (a, b) if inner_a else (b, a)
        raise ValueError(
            f'Substructure "{_described(sequence)}" is a sequence, while substructure "{_described(leaf)}" is not'
        )
    if isinstance(a, CompositeTensor) or isinstance(b, CompositeTensor):
        if not isinstance(a, CompositeTensor) or not a._same_make(b):
            raise ValueError(f"Incompatible CompositeTensor TypeSpecs: {_described(a)} vs. {_described(b)}")
        return
    if check_types and not _same_container(a, b):
        raise TypeError(
            f"The two namedtuples don't have the same sequence type. First structure {_described(a)} has type "
            f"{type(a).__name__}, while second structure {_described(b)} has type {type(b).__name__}"
        )
    if isinstance(a, Mapping) and isinstance(b, Mapping) and set(a) != set(b):
        raise ValueError(
            "The two dictionaries don't have the same set of keys. First structure has keys "
            f"{_described(list(a))}, while second structure has keys {_described(list(b))}"
        )
    children_a, children_b = _children(a), _children(b)
    if len(children_a) != len(children_b):
        raise ValueError(
            f"The two structures don't have the same number of elements. First structure: {_described(a)}. "
            f"Second structure: {_described(b)}"
        )
    for one, other in zip(children_a, children_b, strict=True):
        _check_same(one, other, check_types, expand_composites)


def _same_container(a: Any, b: Any) -> bool:
    """Whether two containers count as one type: equal types, any two mappings, namedtuples of one name and fields."""
    if type(a) is type(b) or (isinstance(a, Mapping) and isinstance(b, Mapping)):
        return True
    if is_namedtuple(a) and is_namedtuple(b):
        return type(a).__name__ == type(b).__name__ and a._fields == b._fields
    lists = (list, MappingView)
    return isinstance(a, lists) and isinstance(b, lists) and (type(a) is list) == (type(b) is list)


# ---- words -----------------------------------------------------------------------------------------------------------


def _described(value: Any) -> str:
    return f"type={type(value).__name__} str={value}"


def _shortened(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 100 else text[:97] + "..."


def _dotted(value: Any) -> str:
    """The structure with a dot for each leaf."""
    return str(_rebuilt_for_text(value))


class _Dot:
    def __repr__(self) -> str:
        return "."


def _rebuilt_for_text(value: Any) -> Any:
    if not is_nested(value):
        return _Dot()
    return _rebuilt(value, [_rebuilt_for_text(child) for child in _children(value)])
