"""TensorFlow's element types: one `DType` object each, and `as_dtype` from everything that names one."""

from __future__ import annotations

import builtins
from typing import Any, Final

import numpy as np

from nbtf.lazy import NameSpace

__all__ = [
    "DTYPES",
    "QUANTIZED_DTYPES",
    "DType",
    "as_dtype",
    "bfloat16",
    "bool",
    "complex64",
    "complex128",
    "double",
    "float8_e4m3fn",
    "float8_e5m2",
    "float16",
    "float32",
    "float64",
    "half",
    "int4",
    "int8",
    "int16",
    "int32",
    "int64",
    "qint8",
    "qint16",
    "qint32",
    "quint8",
    "quint16",
    "resource",
    "string",
    "uint4",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "variant",
]

_REF_OFFSET: Final = 100  # DataType: DT_X_REF = DT_X + 100
_HANDLE_BYTES: Final = 8  # in memory a string, resource or variant element is a handle

_INT, _FLOAT, _COMPLEX, _QUANTIZED, _BOOL, _HANDLE = "int", "float", "complex", "quantized", "bool", "handle"

# DataType number -> (name, family, numpy name of the memory, item bytes)
_TABLE: Final[dict[int, tuple[str, str, str, int]]] = {
    1: ("float32", _FLOAT, "float32", 4),
    2: ("float64", _FLOAT, "float64", 8),
    3: ("int32", _INT, "int32", 4),
    4: ("uint8", _INT, "uint8", 1),
    5: ("int16", _INT, "int16", 2),
    6: ("int8", _INT, "int8", 1),
    7: ("string", _HANDLE, "object", _HANDLE_BYTES),
    8: ("complex64", _COMPLEX, "complex64", 8),
    9: ("int64", _INT, "int64", 8),
    10: ("bool", _BOOL, "bool", 1),
    11: ("qint8", _QUANTIZED, "int8", 1),
    12: ("quint8", _QUANTIZED, "uint8", 1),
    13: ("qint32", _QUANTIZED, "int32", 4),
    14: ("bfloat16", _FLOAT, "bfloat16", 2),
    15: ("qint16", _QUANTIZED, "int16", 2),
    16: ("quint16", _QUANTIZED, "uint16", 2),
    17: ("uint16", _INT, "uint16", 2),
    18: ("complex128", _COMPLEX, "complex128", 16),
    19: ("float16", _FLOAT, "float16", 2),
    20: ("resource", _HANDLE, "", _HANDLE_BYTES),
    21: ("variant", _HANDLE, "", _HANDLE_BYTES),
    22: ("uint32", _INT, "uint32", 4),
    23: ("uint64", _INT, "uint64", 8),
    24: ("float8_e5m2", _FLOAT, "float8_e5m2", 1),
    25: ("float8_e4m3fn", _FLOAT, "float8_e4m3fn", 1),
    29: ("int4", _INT, "int4", 1),
    30: ("uint4", _INT, "uint4", 1),
}
_EXTENSION_NAMES: Final = frozenset({"bfloat16", "float8_e5m2", "float8_e4m3fn", "int4", "uint4"})  # ml_dtypes has them
_REAL_OF_COMPLEX: Final = {8: 1, 18: 2}
_FINITE_RANGE_NAMES: Final = frozenset({"uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"})


class DType:
    """An element type. Compares equal to its number, its name and its numpy type, as in TensorFlow."""

    __slots__ = ("_number", "_name", "_family", "_storage_name", "_itemsize", "_storage")

    def __init__(self, type_enum: int) -> None:
        """type_enum: DataType number, reference types (number + 100) included. Raises TypeError if there is none."""
        number = int(type_enum)
        is_ref = number > _REF_OFFSET
        entry = _TABLE.get(number - _REF_OFFSET if is_ref else number)
        if entry is None:
            raise TypeError(f"{type_enum} does not correspond to a valid tensorflow::DataType")
        name, self._family, self._storage_name, self._itemsize = entry
        self._number = number
        self._name = name + "_ref" if is_ref else name
        self._storage: np.dtype[Any] | None = None

    # ---- identity ----

    @property
    def name(self) -> str:
        return self._name

    @property
    def as_datatype_enum(self) -> int:
        """The number of this type in TensorFlow's DataType enum."""
        return self._number

    def __hash__(self) -> int:
        return self._number

    def __eq__(self, other: object) -> builtins.bool:
        if isinstance(other, DType):
            return self._number == other._number
        if other is None:
            return False
        try:
            return self._number == as_dtype(other)._number
        except TypeError:
            return False

    def __ne__(self, other: object) -> builtins.bool:
        return not self == other

    def __repr__(self) -> str:
        return "tf." + self._name

    def __str__(self) -> str:
        return f"<dtype: {self._name!r}>"

    def __int__(self) -> int:
        return self._number

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self._number,)

    # ---- reference types ----

    @property
    def _is_ref_dtype(self) -> builtins.bool:
        return self._number > _REF_OFFSET

    @property
    def _as_ref(self) -> DType:
        return self if self._is_ref_dtype else DTYPES[self._number + _REF_OFFSET]

    @property
    def base_dtype(self) -> DType:
        """The type without the reference."""
        return DTYPES[self._number - _REF_OFFSET] if self._is_ref_dtype else self

    @property
    def real_dtype(self) -> DType:
        """The type of a complex type's parts; any other type itself."""
        real = _REAL_OF_COMPLEX.get(self.base_dtype._number)
        return self if real is None else DTYPES[real]

    def is_compatible_with(self, other: Any) -> builtins.bool:
        """Whether a value of type `other` may be used where this type stands (a reference serves as its value)."""
        other = as_dtype(other)
        return self._number in (other._number, other.base_dtype._number)

    # ---- families ----

    @property
    def is_bool(self) -> builtins.bool:
        return self._family == _BOOL

    @property
    def is_integer(self) -> builtins.bool:
        """Whether this is a plain (not quantized) integer type."""
        return self._family == _INT

    @property
    def is_floating(self) -> builtins.bool:
        return self._family == _FLOAT

    @property
    def is_complex(self) -> builtins.bool:
        return self._family == _COMPLEX

    @property
    def is_numeric(self) -> builtins.bool:
        """Whether TensorFlow counts this type as numeric, which it does not the 4- and 8-bit ones of ml_dtypes."""
        return self._family not in (_BOOL, _HANDLE) and self._storage_name not in _EXTENSION_NAMES - {"bfloat16"}

    @property
    def is_quantized(self) -> builtins.bool:
        return self._family == _QUANTIZED

    @property
    def is_unsigned(self) -> builtins.bool:
        return self._family == _INT and self._storage_name.startswith("u")

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        return self._storage_name != ""

    # ---- numpy and memory ----

    @property
    def as_numpy_dtype(self) -> Any:
        """The numpy scalar type (a struct dtype such as [('qint8', 'i1')] for quantized types). KeyError if none."""
        if self._family == _QUANTIZED:
            return np.dtype([(self.base_dtype._name, self.storage)])
        if not self.is_numpy_compatible:
            raise KeyError(self._number)
        return object if self._storage_name == "object" else self.storage.type

    @property
    def storage(self) -> np.dtype[Any]:
        """The plain numpy dtype of this type's arrays: qint8 -> int8; string -> object. TypeError if there is none."""
        if self._storage is None:
            if not self.is_numpy_compatible:
                raise TypeError(f"{self} has no numpy representation.")
            if self._storage_name in _EXTENSION_NAMES:
                import ml_dtypes  # costs time to import, and few graphs need it

                self._storage = np.dtype(getattr(ml_dtypes, self._storage_name))
            else:
                self._storage = np.dtype(self._storage_name)
        return self._storage

    @property
    def itemsize(self) -> int:
        """Bytes of one element in memory; a string, resource or variant is an 8-byte handle."""
        return self._itemsize

    @property
    def size(self) -> int:
        """Bytes of one element as TensorFlow tells it: 0 for string, resource and variant."""
        return 0 if self._family == _HANDLE else self._itemsize

    @property
    def min(self) -> Any:
        """The smallest finite value. Raises TypeError for types without an order."""
        return self._limit("minimum").min

    @property
    def max(self) -> Any:
        """The largest finite value. Raises TypeError for types without an order."""
        return self._limit("maximum").max

    def _limit(self, which: str) -> Any:
        if not self.is_numpy_compatible:
            raise TypeError(f"Cannot find {which} value of {self}.")
        if self._family not in (_INT, _FLOAT):
            kind = "quantized type" if self._family == _QUANTIZED else "type"
            raise TypeError(f"Cannot find {which} value of {self} with {kind} {self.base_dtype}.")
        if self._storage_name in _EXTENSION_NAMES:
            import ml_dtypes

            info: Any = ml_dtypes.iinfo if self._family == _INT else ml_dtypes.finfo  # neither is typed
            return info(self.storage)
        return np.iinfo(self.storage) if self._family == _INT else np.finfo(self.storage)

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range an image of this type uses, from 0: (0, 255) for uint8, (0, 1) for float32."""
        if self._storage_name in ("float32", "float64"):
            return 0, 1
        if self._family == _BOOL:
            return 0, True
        if self._family == _INT and self._storage_name in _FINITE_RANGE_NAMES:
            return 0, int(np.iinfo(self.storage).max)
        if not self.is_numpy_compatible:
            raise KeyError(self._number)
        raise ValueError(f"{self} does not have defined limits.")


DTYPES: Final[dict[int, DType]] = {
    number + offset: DType(number + offset) for number in _TABLE for offset in (0, _REF_OFFSET)
}

float32: Final = DTYPES[1]
float64: Final = DTYPES[2]
double: Final = float64
int32: Final = DTYPES[3]
uint8: Final = DTYPES[4]
int16: Final = DTYPES[5]
int8: Final = DTYPES[6]
string: Final = DTYPES[7]
complex64: Final = DTYPES[8]
int64: Final = DTYPES[9]
qint8: Final = DTYPES[11]
quint8: Final = DTYPES[12]
qint32: Final = DTYPES[13]
bfloat16: Final = DTYPES[14]
qint16: Final = DTYPES[15]
quint16: Final = DTYPES[16]
uint16: Final = DTYPES[17]
complex128: Final = DTYPES[18]
float16: Final = DTYPES[19]
half: Final = float16
resource: Final = DTYPES[20]
variant: Final = DTYPES[21]
uint32: Final = DTYPES[22]
uint64: Final = DTYPES[23]
float8_e5m2: Final = DTYPES[24]
float8_e4m3fn: Final = DTYPES[25]
int4: Final = DTYPES[29]
uint4: Final = DTYPES[30]

QUANTIZED_DTYPES: Final = frozenset(dtype for dtype in DTYPES.values() if dtype.is_quantized)

_BY_NAME: Final = {dtype.name: dtype for dtype in DTYPES.values()} | {
    "half": float16,
    "half_ref": DTYPES[119],
    "float": float32,
    "float_ref": DTYPES[101],
    "double": float64,
    "double_ref": DTYPES[102],
}
_BY_NUMPY_NAME: Final = {
    dtype._storage_name: dtype
    for number, dtype in DTYPES.items()
    if number < _REF_OFFSET and dtype._storage_name not in ("", "object") and not dtype.is_quantized
}
_BY_PYTHON_TYPE: Final[dict[type, DType]] = {float: float32, builtins.bool: DTYPES[10], object: string}


def as_dtype(type_value: Any) -> DType:
    """The DType that a DType, DataType number, name, numpy dtype or scalar type, `float`, `bool` or `object` means.

    Raises TypeError for anything else, Python's `int` and `str` among them, whose width TensorFlow does not guess.
    """
    if isinstance(type_value, DType):
        return DTYPES[type_value._number]
    found: DType | None = None
    if isinstance(type_value, str):
        found = _BY_NAME.get(type_value)
    elif isinstance(type_value, (int, np.integer)):
        found = DTYPES.get(int(type_value))
    elif isinstance(type_value, type) and not issubclass(type_value, np.generic):
        found = _BY_PYTHON_TYPE.get(type_value)
    if found is None and not isinstance(type_value, str):
        found = _from_numpy(type_value)
    if found is None:
        raise TypeError(f"Cannot convert the argument `type_value`: {type_value!r} to a TensorFlow DType.")
    return found


def _from_numpy(type_value: Any) -> DType | None:
    if isinstance(type_value, type):
        # A plain Python class means `object` to numpy, never to TensorFlow; extension scalars carry a `dtype`.
        if not issubclass(type_value, np.generic) and not hasattr(type_value, "dtype"):
            return None
    elif not isinstance(type_value, np.dtype):
        type_value = getattr(type_value, "dtype", None)
        if not isinstance(type_value, np.dtype):
            return as_dtype(type_value) if isinstance(type_value, DType) else None
    dtype = np.dtype(type_value)
    if dtype.kind in "OSU":
        return string
    if dtype.names is not None:
        known = _BY_NAME.get(dtype.names[0]) if len(dtype.names) == 1 else None
        return known if known is not None and known.is_quantized and known.storage == dtype[0] else None
    return _BY_NUMPY_NAME.get(dtype.name)


bool: Final = DTYPES[10]  # last: from here on the name is TensorFlow's


_names = NameSpace(
    __name__,
    {
        "nbtf.math.casting": ("cast",),
        "nbtf.math.complex_numbers": ("complex", "saturate_cast"),
        "nbtf.strings.conversion": ("as_string",),
    },
    own=__all__,
)
__getattr__, __dir__ = _names.find, _names.list  # the functions of tf.dtypes lie above its types
