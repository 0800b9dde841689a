"""What fetching a session handle gives: the handle of a tensor that stays in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbtf.dtypes import DType

if TYPE_CHECKING:
    from nbtf.session import Session

HANDLE_OP = "GetSessionHandle"
"""The op whose output `Session.run` answers with a TensorHandle; that of GetSessionHandleV2 stays in the session."""


class TensorHandle:
    """A handle of a tensor in a session. With the last reference to it the session may forget the tensor."""

    def __init__(self, handle: bytes, dtype: DType, session: Session) -> None:
        self._handle = handle.decode()
        self._dtype = dtype
        self._session = session
        self._is_managed = True

    def __del__(self) -> None:
        if self._is_managed:
            self._session._add_dead_handle(self._handle)

    def __str__(self) -> str:
        return self._handle

    @property
    def handle(self) -> str:
        """What tf.get_session_tensor and tf.delete_session_tensor take."""
        return self._handle

    def get_raw_handle(self) -> str:
        """The handle; from now on the tensor stays until it is deleted or the session closed."""
        self._is_managed = False
        return self._handle

    def eval(self) -> Any:
        """The tensor's value. Raises TypeError once it was deleted."""
        from nbtf.session_tensors import reader

        self._check_kept()
        holder, tensor = reader(self._session.graph, self._handle, self._dtype)
        return self._session.run(tensor, {holder: self._handle})

    def to_numpy_array(self) -> np.ndarray[Any, Any]:
        """As `eval`, always as an array."""
        return np.asarray(self.eval())

    def delete(self) -> None:
        """Makes the session forget the tensor. Raises TypeError once it was deleted."""
        from nbtf.session_tensors import deleter

        self._check_kept()
        self._is_managed = False
        holder, deletion = deleter(self._session.graph, self._handle)
        self._session.run(deletion, {holder: self._handle})

    def _check_kept(self) -> None:
        if not self._is_managed:
            raise TypeError(f"Persistent tensor {self._handle} may have already been deleted.")
