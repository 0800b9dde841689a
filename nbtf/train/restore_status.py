"""What `Checkpoint.restore` gives: assertions about what was found, and the run that restores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from nbtf import logging
from nbtf.session import Session
from nbtf.train.object_graph import node_names, objects_below
from nbtf.train.object_restoration import Restoration
from nbtf.train.object_saver import ObjectSaver, session_of
from nbtf.train.saver import Saver
from nbtf.variables.initialization import is_variable_initialized
from nbtf.variables.variable import Variable

_SHOWN = 10


class CheckpointLoadStatus:
    """Of a checkpoint of objects. What is added to the objects later is restored, too, by the next run."""

    def __init__(self, saver: ObjectSaver, root: Any, restoration: Restoration) -> None:
        self._saver, self._root, self._restoration = saver, root, restoration

    def assert_consumed(self) -> Self:
        """Raises AssertionError unless every value of the checkpoint has an object, and every object a value."""
        self.assert_existing_objects_matched()
        proto, bound = self._restoration.proto, self._restoration.bound
        names = node_names(proto)
        for number, node in enumerate(proto.nodes):
            if node.attributes and number not in bound:
                raise AssertionError(f"Unresolved object in checkpoint {names.get(number)}: {node}")
        if self._restoration.unused:
            raise AssertionError(
                "Unused attributes in these objects (the attributes exist in the checkpoint but were not restored): "
                f"{ {names[number]: attributes for number, attributes in self._restoration.unused.items()} }"
            )
        return self

    def assert_existing_objects_matched(self) -> Self:
        """Raises AssertionError unless every Python object has its counterpart in the checkpoint."""
        self._restoration.bind()
        found = [one for one in objects_below(self._root) if not isinstance(one, (list, tuple, dict))]
        missing = self._unbound(found)
        if missing:
            raise AssertionError(
                f"Found {len(missing)} Python objects that were not bound to checkpointed values, likely due to changes "
                f"in the Python program. Showing {min(_SHOWN, len(missing))} of {len(missing)} unmatched objects: "
                f"{missing[:_SHOWN]}"
            )
        return self

    def assert_nontrivial_match(self) -> Self:
        """Raises AssertionError where nothing below the root has a counterpart in the checkpoint."""
        self._restoration.bind()
        if len(self._restoration.bound) > 1:
            return self
        missing = [one for one in self._unbound(objects_below(self._root)) if one is not self._root]
        if missing:
            raise AssertionError(
                "Nothing except the root object matched a checkpointed value. Typically this means that the checkpoint "
                "does not match the Python program. The following objects have no matching checkpointed value: "
                f"{missing}"
            )
        raise AssertionError(f"Nothing to load. No dependencies have been added to {self._root} yet.")

    def expect_partial(self) -> Self:
        """Says that not all of the checkpoint is wanted: nothing is said about the rest."""
        return self

    def run_restore_ops(self, session: Session | None = None) -> None:
        """Gives the objects that are there the checkpoint's values. session: the default one unless given."""
        session = session_of(session)
        with session.graph.as_default():
            self._restoration.bind()
            session.run(self._restoration.operations, {self._saver.restore_prefix(): self._restoration.prefix})

    def initialize_or_restore(self, session: Session | None = None) -> None:
        """Restores what the checkpoint has, and initializes the other variables."""
        session = session_of(session)
        self.run_restore_ops(session)
        rest = self._unbound(objects_below(self._root))
        session.run([one.initializer for one in rest if hasattr(one, "initializer")])

    def _unbound(self, found: Sequence[Any]) -> list[Any]:
        bound = {id(one) for one in self._restoration.bound.values()}
        return [one for one in found if id(one) not in bound]


class InitializationOnlyStatus:
    """Of no checkpoint: there is nothing to restore, but there are variables to be initialized."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def assert_consumed(self) -> Self:
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self) -> Self:
        return self

    def run_restore_ops(self, session: Session | None = None) -> None:
        raise AssertionError(
            "No checkpoint specified, so no restore ops are available (save_path=None to Saver.restore)."
        )

    def initialize_or_restore(self, session: Session | None = None) -> None:
        """Initializes all variables."""
        initializers = [one.initializer for one in objects_below(self._root) if hasattr(one, "initializer")]
        session_of(session).run(initializers)


class NameBasedSaverStatus:
    """Of a checkpoint of names, as a Saver writes it: each variable is found by the name it has in the graph."""

    def __init__(self, root: Any, prefix: str, names: Sequence[str], counter: Variable) -> None:
        """names: of the checkpoint's tensors. counter: of saves; it may be missing."""
        self._root, self._prefix, self._names, self._counter = root, prefix, set(names), counter

    def assert_consumed(self) -> Self:
        """Raises AssertionError unless the checkpoint has exactly the objects' variables."""
        self.assert_existing_objects_matched()
        unused = self._names - {variable.op.name for variable in self._variables()}
        if unused:
            raise AssertionError(f"Some values in the checkpoint were not restored: {sorted(unused)}")
        return self

    def assert_existing_objects_matched(self) -> Self:
        """Raises AssertionError for a variable that the checkpoint does not have."""
        for variable in self._variables():
            if variable.op.name not in self._names:
                raise AssertionError(f"Object not restored: {variable}")
        return self

    def assert_nontrivial_match(self) -> Self:
        """Raises AssertionError where the checkpoint has no variable of the objects."""
        if all(variable.op.name not in self._names for variable in self._variables()):
            raise AssertionError("No checkpoint values were restored: no variable has a name of the checkpoint's.")
        return self

    def expect_partial(self) -> Self:
        return self

    def run_restore_ops(self, session: Session | None = None) -> None:
        """Gives the variables the checkpoint's values. Raises NotFoundError for a name that is not there."""
        logging.warning(
            "Restoring a checkpoint of names into objects: variables are matched by their names in the graph, and each "
            "call adds nodes. A checkpoint that the objects save now is matched by the objects themselves."
        )
        session = session_of(session)
        with session.graph.as_default():
            Saver(self._variables()).restore(session, self._prefix)
            if self._counter.op.name not in self._names and not session.run(is_variable_initialized(self._counter)):
                session.run(self._counter.initializer)

    initialize_or_restore = run_restore_ops

    def _variables(self) -> list[Any]:
        found = [one for one in objects_below(self._root) if isinstance(one, Variable)]
        return [one for one in found if one is not self._counter or one.op.name in self._names]
