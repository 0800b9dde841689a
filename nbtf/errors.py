"""Errors of running a graph: TensorFlow's classes, codes and messages."""

from __future__ import annotations

from typing import Any, Final

OK: Final = 0
CANCELLED: Final = 1
UNKNOWN: Final = 2
INVALID_ARGUMENT: Final = 3
DEADLINE_EXCEEDED: Final = 4
NOT_FOUND: Final = 5
ALREADY_EXISTS: Final = 6
PERMISSION_DENIED: Final = 7
RESOURCE_EXHAUSTED: Final = 8
FAILED_PRECONDITION: Final = 9
ABORTED: Final = 10
OUT_OF_RANGE: Final = 11
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14
DATA_LOSS: Final = 15
UNAUTHENTICATED: Final = 16


class OpError(Exception):
    """A failure of a graph, with the operation that failed where one is known."""

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int, *args: Any) -> None:
        """node_def: the failed node's NodeDef or None. op: its Operation or None. error_code: one of this module's."""
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        self._experimental_payloads: dict[Any, Any] = args[0] if args else {}

    def __reduce__(self) -> tuple[Any, ...]:
        # The operation belongs to a graph of this process, so a pickled error goes without it.
        arguments = (self._node_def, None, self._message)
        if type(self) is OpError:
            return OpError, (*arguments, self._error_code)
        return type(self), arguments

    @property
    def message(self) -> str:
        return self._message

    @property
    def op(self) -> Any:
        """The Operation that failed, or None if it is not known or was made by the runtime."""
        return self._op

    @property
    def node_def(self) -> Any:
        """The NodeDef of the operation that failed, or None."""
        return self._node_def

    @property
    def error_code(self) -> int:
        return self._error_code

    @property
    def experimental_payloads(self) -> dict[Any, Any]:
        return self._experimental_payloads

    def __str__(self) -> str:
        """The message; then, where the operation is known, the node and where it was created."""
        if self._op is None:
            return self._message
        name = self._op.name
        parts = [self._message]
        marker = f"[[{{{{node {name}}}}}]]"
        if marker not in self._message:
            parts.append(f"\n\t {marker}")
        frames = creation_frames(self._op)
        if frames:
            parts.append(f"\n\nOriginal stack trace for {name!r}:\n")
            parts.extend(f'  File "{file}", line {line}, in {function}\n' for file, line, function in frames)
        return "".join(parts)


def creation_frames(op: Any) -> list[tuple[str, int, str]]:
    """(file, line, function) of the calls that created `op`, outermost first; [] when the graph kept none.

    `op.traceback` holds either such tuples or objects like traceback.FrameSummary.
    """
    frames = []
    for frame in getattr(op, "traceback", None) or ():
        if isinstance(frame, tuple):
            file, line, function = frame[:3]
        else:
            file, line, function = frame.filename, frame.lineno, frame.name
        frames.append((str(file), int(line), str(function)))
    return frames


class _CodedError(OpError):
    """An OpError whose class tells its code."""

    CODE = UNKNOWN

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, self.CODE, *args)


class CancelledError(_CodedError):
    """An operation was cancelled: its session closed, or its queue was closed with pending requests dropped."""

    CODE = CANCELLED


class UnknownError(_CodedError):
    """An error without a better class; also what an exception in `py_func` without one of its own becomes."""

    CODE = UNKNOWN


class InvalidArgumentError(_CodedError):
    """An operation received an invalid value or shape."""

    CODE = INVALID_ARGUMENT


class DeadlineExceededError(_CodedError):
    """A deadline passed before an operation was complete."""

    CODE = DEADLINE_EXCEEDED


class NotFoundError(_CodedError):
    """A file, folder, tensor of a checkpoint or other entity does not exist."""

    CODE = NOT_FOUND


class AlreadyExistsError(_CodedError):
    """Something that was to be created exists already."""

    CODE = ALREADY_EXISTS


class PermissionDeniedError(_CodedError):
    """The caller may not do this, such as reading a file without the right to."""

    CODE = PERMISSION_DENIED


class ResourceExhaustedError(_CodedError):
    """A resource ran out: memory, a quota, a file system's space."""

    CODE = RESOURCE_EXHAUSTED


class FailedPreconditionError(_CodedError):
    """The state is not what the operation needs, such as a variable read before it was initialized."""

    CODE = FAILED_PRECONDITION


class AbortedError(_CodedError):
    """An operation was aborted, typically by a concurrent action."""

    CODE = ABORTED


class OutOfRangeError(_CodedError):
    """An operation went past the valid range: the end of input, an exhausted queue."""

    CODE = OUT_OF_RANGE


class UnimplementedError(_CodedError):
    """An operation has no implementation for these arguments."""

    CODE = UNIMPLEMENTED


class InternalError(_CodedError):
    """An invariant of the system is broken."""

    CODE = INTERNAL


class UnavailableError(_CodedError):
    """The runtime is currently unavailable."""

    CODE = UNAVAILABLE


class DataLossError(_CodedError):
    """Unrecoverable loss or corruption of data: a checksum that does not match, a file that ends early."""

    CODE = DATA_LOSS


class UnauthenticatedError(_CodedError):
    """The request has no valid credentials."""

    CODE = UNAUTHENTICATED


class OperatorNotAllowedInGraphError(TypeError):
    """A symbolic tensor was used where Python needs a value: as a bool, in a loop, as a sequence."""


_BY_CODE: Final[dict[int, type[OpError]]] = {cls.CODE: cls for cls in _CodedError.__subclasses__()}
_CODE_BY_TYPE: Final[dict[type[BaseException], int]] = {cls: code for code, cls in _BY_CODE.items()}


def exception_type_from_error_code(error_code: int) -> type[OpError]:
    """The class of a numeric code. Raises KeyError for OK and unknown codes."""
    return _BY_CODE[error_code]


def error_code_from_exception_type(cls: type[BaseException]) -> int:
    """The numeric code of a class. Classes that are not of this module count as UNKNOWN."""
    return _CODE_BY_TYPE.get(cls, UNKNOWN)


class raise_exception_on_not_ok_status:  # noqa: N801 - TensorFlow's name
    """A context without effect: failures raise their errors themselves."""

    def __enter__(self) -> Any:
        return None

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        return None
