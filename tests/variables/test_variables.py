"""What no graph shows of variables: kinds by default, scopes after errors, threads, plans, references."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

import nbtf as tf


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture
def resources() -> Iterator[None]:
    tf.enable_resource_variables()
    yield
    tf.disable_resource_variables()


def kind(variable: tf.Variable) -> str:
    assert isinstance(variable, tf.Variable)
    return variable.op.type


def test_ref_variables_are_the_default() -> None:
    assert not tf.resource_variables_enabled()
    assert kind(tf.Variable(1.0)) == kind(tf.get_variable("v", [])) == "VariableV2"


def test_resource_variables_on_request(resources: None) -> None:
    assert tf.resource_variables_enabled()
    assert kind(tf.Variable(1.0)) == kind(tf.get_variable("v", [])) == "VarHandleOp"
    assert kind(tf.Variable(1.0, use_resource=False)) == "VariableV2"


def test_a_scope_chooses_the_kind() -> None:
    with tf.variable_scope("a", use_resource=True):
        assert kind(tf.get_variable("v", [])) == kind(tf.Variable(1.0)) == "VarHandleOp"
        assert kind(tf.get_variable("w", [], use_resource=False)) == "VariableV2"


@pytest.mark.parametrize("scope", [tf.variable_scope, tf.variable_creator_scope])
def test_an_error_leaves_the_scope(scope) -> None:
    with pytest.raises(KeyError), scope("a"):
        raise KeyError
    assert tf.get_variable_scope().name == ""
    assert tf.get_variable("v", []).name == "v:0"


def test_a_failed_entry_leaves_no_scope() -> None:
    with pytest.raises(ValueError, match="not a valid"), tf.variable_scope("a b"):
        pass
    assert tf.get_variable_scope().name == "" and tf.constant(1).name == "Const:0"


def test_one_scope_object_can_be_entered_again_inside_itself() -> None:
    scope = tf.variable_scope("a")
    with scope as outer, scope as inner:
        assert (outer.name, inner.name) == ("a", "a/a")
    assert tf.get_variable_scope().name == ""


def test_scopes_belong_to_their_thread(graph: tf.Graph) -> None:
    names = []

    def other() -> None:
        with graph.as_default():
            names.append(tf.get_variable_scope().name)

    with tf.variable_scope("a"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert names == [""]


def test_values_of_threads_meet_in_one_store(graph: tf.Graph) -> None:
    found = []

    def other() -> None:
        with graph.as_default(), tf.variable_scope("", reuse=True):
            found.append(tf.get_variable("v", []))

    made = tf.get_variable("v", [])
    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert found == [made]


def test_a_variable_of_another_graph_brings_its_graph(graph: tf.Graph) -> None:
    for variable in (tf.Variable(1.0), tf.Variable(1.0, use_resource=True)):
        with tf.Graph().as_default():
            assert tf.identity(variable).graph is graph
            assert tf.add_n([variable, variable]).graph is graph


def test_fetching_a_variable_keeps_its_plan() -> None:
    variables = [tf.Variable([1.0, 2.0]), tf.Variable([1.0, 2.0], use_resource=True)]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for variable in variables:
            session.run(variable)
            plans = len(session._plans)
            np.testing.assert_array_equal(session.run(variable), [1.0, 2.0])
            assert len(session._plans) == plans


def test_a_variable_can_be_fed() -> None:
    ref, resource = tf.Variable(1.0), tf.Variable(1.0, use_resource=True)
    doubled = ref + ref
    with tf.Session() as session:
        assert session.run(doubled, {ref.value(): 4.0}) == 8.0
        assert session.run(resource, {resource: 3.0}) == 3.0


def test_from_proto_makes_the_kind_that_the_message_names() -> None:
    made = tf.Variable([1.0], use_resource=True, name="v")
    read = tf.Variable.from_proto(made.to_proto())
    assert kind(read) == "VarHandleOp" and read.handle is made.handle
    assert read.assign_add([1.0]).op.type == "AssignAddVariableOp"


def test_from_proto_names_what_is_missing() -> None:
    message = tf.Variable([1.0], name="v").to_proto()
    with tf.Graph().as_default(), pytest.raises(KeyError, match="'v'"):
        tf.Variable.from_proto(message)


def test_references_are_keys() -> None:
    first, second = tf.Variable(1.0), tf.Variable(1.0)
    counts = {first.ref(): 1, second.ref(): 2, first.experimental_ref(): 3}
    assert [counts[first.ref()], counts[second.ref()]] == [3, 2]


def test_only_slices_of_variables_are_assigned() -> None:
    variable = tf.Variable([1.0, 2.0])
    assert variable[0].assign(3.0).op.type == "StridedSliceAssign"
    assert not hasattr(variable[tf.constant([True, False])], "assign")
    assert not hasattr(variable.value()[0], "assign")


def test_a_getter_may_be_a_class() -> None:
    class Getter:
        def __call__(self, getter, name, **kwargs):
            return getter(f"{name}_renamed", **kwargs)

    assert tf.get_variable("v", [], custom_getter=Getter()).name == "v_renamed:0"


def test_a_creator_may_give_a_variable_that_is_there() -> None:
    shared = tf.Variable(1.0)
    with tf.variable_creator_scope(lambda next_creator, **kwargs: shared):
        assert tf.Variable(2.0) is shared


def test_a_regularization_loss_is_used_as_a_tensor() -> None:
    tf.get_variable("v", [2], initializer=tf.ones_initializer(), regularizer=lambda v: tf.reduce_sum(v * v))
    (loss,) = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    total = loss * 2.0 + tf.add_n([loss, loss])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run([loss, total]) == [2.0, 8.0]
        assert loss.eval(session=session) == 2.0
    assert (loss.name, loss.dtype, loss.shape.as_list()) == ("v/Regularizer/Sum:0", tf.float32, [])


@pytest.mark.parametrize("use_resource", [False, True])
def test_an_uninitialized_variable_is_refused(use_resource: bool) -> None:
    variable = tf.get_variable("v", [2], use_resource=use_resource)
    with tf.Session() as session, pytest.raises(tf.errors.FailedPreconditionError, match="v"):
        session.run(variable)


def test_counting_ends_at_the_limit() -> None:
    for variable in (tf.Variable(0), tf.Variable(0, use_resource=True)):
        count = variable.count_up_to(2)
        with tf.Session() as session:
            session.run(variable.initializer)
            assert [session.run(count), session.run(count)] == [0, 1]
            with pytest.raises(tf.errors.OutOfRangeError):
                session.run(count)
