"""Where columns have their variables."""

from __future__ import annotations

from typing import Any

from nbtf import dtypes
from nbtf.variables.scoping import get_variable


class StateManager:
    """The variables of columns, by column and name."""

    def create_variable(
        self,
        feature_column: Any,
        name: str,
        shape: Any,
        dtype: Any = None,
        trainable: bool = True,
        use_resource: bool = True,
        initializer: Any = None,
    ) -> Any:
        """A new variable of a column."""
        raise NotImplementedError("StateManager.create_variable")

    def get_variable(self, feature_column: Any, name: str) -> Any:
        """The variable that a column made."""
        raise NotImplementedError("StateManager.get_variable")


class ScopeState(StateManager):
    """Variables of the current variable scope, made when a column first asks for them.

    collections: what else they join. trainable: False overrules the column.
    """

    def __init__(self, collections: Any = None, trainable: bool | None = None) -> None:
        self._collections = collections
        self._trainable = trainable
        self._made: dict[tuple[Any, str], Any] = {}

    def create_variable(
        self,
        feature_column: Any,
        name: str,
        shape: Any,
        dtype: Any = None,
        trainable: bool = True,
        use_resource: bool = True,
        initializer: Any = None,
    ) -> Any:
        variable = get_variable(
            name,
            shape,
            dtype or dtypes.float32,
            initializer,
            trainable=bool(trainable and self._trainable),
            collections=self._collections,
        )
        self._made[feature_column, name] = variable
        return variable

    def get_variable(self, feature_column: Any, name: str) -> Any:
        if (feature_column, name) not in self._made:
            feature_column.create_state(self)
        return self._made[feature_column, name]
