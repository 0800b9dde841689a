"""SyncReplicasOptimizer: updates of which each has the gradients of several replicas, that wait for one another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nbtf.array.filling import fill
from nbtf.array.moving import no_op
from nbtf.control_flow.grouping import group
from nbtf.graph import scopes
from nbtf.graph.collections import GraphKeys
from nbtf.graph.operation import Operation
from nbtf.graph.tensor import Tensor
from nbtf.queue.queues import FIFOQueue
from nbtf.train.accumulators import ConditionalAccumulator, ConditionalAccumulatorBase, SparseConditionalAccumulator
from nbtf.train.optimizer import Optimizer
from nbtf.train.queue_runner import QueueRunner
from nbtf.train.session_manager import check_ready
from nbtf.train.session_run_hook import SessionRunHook
from nbtf.variables.assigning import assign
from nbtf.variables.creation import create_variable
from nbtf.variables.initialization import global_variables, report_uninitialized_variables


class SyncReplicasOptimizer(Optimizer):
    """Applies, by another optimizer, the mean of `replicas_to_aggregate` gradients as one update.

    Every replica adds its gradients to accumulators, then waits for a token, which tells it the global step that its
    next gradients belong to. One replica, the chief, runs a queue runner: it takes the means, updates the variables and
    puts tokens for all replicas into the queue. Gradients of a step that is over are dropped. `make_session_run_hook`
    sets all of this up in a session.
    """

    def __init__(
        self,
        opt: Optimizer,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Any = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ) -> None:
        """total_num_replicas: replicas_to_aggregate unless given; may be more (backups) or fewer (several steps each).

        variable_averages: an ExponentialMovingAverage of variables_to_average, brought up to date by every update.
        """
        super().__init__(use_locking, name)
        self._opt = opt
        self._replicas_to_aggregate = replicas_to_aggregate
        self._total_num_replicas = replicas_to_aggregate if total_num_replicas is None else total_num_replicas
        self._tokens_per_step = max(self._total_num_replicas, replicas_to_aggregate)
        self._variable_averages = variable_averages
        self._variables_to_average = variables_to_average
        self._global_step: Any = None
        self._sync_token_queue: Any = None
        self._chief_queue_runner: QueueRunner | None = None
        self.local_step_init_op: Any = None
        self.ready_for_local_init_op: Any = None
        self.chief_init_op: Any = None

    # ---- the optimizer that is wrapped ----

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Those of the wrapped optimizer."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        return self._opt.variables()

    # ---- building ----

    def apply_gradients(  # type: ignore[override]
        self, grads_and_vars: Iterable[tuple[Any, Any]], global_step: Any = None, name: str | None = None
    ) -> Any:
        """The tensor of a replica's step: its gradients were added and a token was taken.

        Raises ValueError without variables and without a global_step, which tells gradients that are too old.
        """
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError("Must supply at least one variable")
        if global_step is None:
            raise ValueError("Global step is required to check staleness")
        self._global_step = global_step
        with scopes.colocate_with(no_op()):  # a worker's own, wherever variables go
            local_step = create_variable(
                0,
                trainable=False,
                collections=[GraphKeys.LOCAL_VARIABLES],
                dtype=global_step.dtype.base_dtype,
                name="sync_rep_local_step",
            )
        self.local_step_init_op = assign(local_step, global_step)
        self.ready_for_local_init_op = report_uninitialized_variables(global_variables())
        with scopes.name_scope(None, self._name) as scope:
            accumulators, applied, aggregated = self._accumulated(pairs, local_step)
        with scopes.device(global_step.device), scopes.name_scope(""):
            update = self._opt.apply_gradients(aggregated, global_step)
            train = self._add_tokens(update, applied, local_step)
        self.chief_init_op = self._chief_init(accumulators, scope)
        return train

    def _accumulated(self, pairs: list[tuple[Any, Any]], local_step: Any) -> tuple[list[Any], list[Any], list[Any]]:
        """Accumulators with their devices, what adds to them, and pairs of what they give and variables."""
        accumulators: list[tuple[ConditionalAccumulatorBase, str]] = []
        applied: list[Any] = []
        aggregated: list[tuple[Any, Any]] = []
        for grad, variable in pairs:
            with scopes.device(variable.device):
                if grad is None:
                    aggregated.append((None, variable))
                    continue
                shared_name = f"{variable.name}/grad_accum"
                if isinstance(grad, Tensor):
                    dense = ConditionalAccumulator(grad.dtype, variable.shape, shared_name)
                    applied.append(dense.apply_grad(grad, local_step))
                    aggregated.append((dense.take_grad(self._replicas_to_aggregate), variable))
                    accumulators.append((dense, variable.device))
                else:
                    rows = SparseConditionalAccumulator(grad.dtype, (), shared_name)
                    applied.append(rows.apply_indexed_slices_grad(grad, local_step))
                    aggregated.append((rows.take_indexed_slices_grad(self._replicas_to_aggregate), variable))
                    accumulators.append((rows, variable.device))
        return accumulators, applied, aggregated

    def _add_tokens(self, update: Operation, applied: list[Any], local_step: Any) -> Any:
        with scopes.device("CPU:*"):
            queue = FIFOQueue(
                -1, self._global_step.dtype.base_dtype, shapes=(), name="sync_token_q", shared_name="sync_token_q"
            )
        self._sync_token_queue = queue
        with scopes.control_dependencies(applied):
            token = queue.dequeue()
        train = assign(local_step, token)
        with scopes.control_dependencies([update]):
            sync = queue.enqueue_many((fill([self._tokens_per_step], self._global_step),))
        if self._variable_averages is not None:
            with scopes.control_dependencies([sync]):
                sync = self._variable_averages.apply(self._variables_to_average)
        self._chief_queue_runner = QueueRunner(queue, [sync])
        return train

    def _chief_init(self, accumulators: list[tuple[ConditionalAccumulatorBase, str]], scope: str) -> Operation:
        with scopes.name_scope(scope):
            set_steps = []
            for accumulator, device in accumulators:
                with scopes.device(device):
                    set_steps.append(accumulator.set_global_step(self._global_step, name="SetGlobalStep"))
            return group(*set_steps, self.local_step_init_op)

    def get_chief_queue_runner(self) -> QueueRunner:
        """The queue runner of the chief. Raises ValueError before `apply_gradients`."""
        if self._chief_queue_runner is None:
            raise ValueError("Should be called after apply_gradients().")
        return self._chief_queue_runner

    def get_init_tokens_op(self, num_tokens: int = -1) -> Any:
        """The operation by which the chief lets replicas begin: puts tokens into the queue.

        num_tokens: replicas_to_aggregate for -1. Raises ValueError before `apply_gradients`, and where there would be too
        few of them for a first step.
        """
        if self._sync_token_queue is None:
            raise ValueError("get_init_tokens_op() should be called after apply_gradients().")
        needed = self._replicas_to_aggregate - self._total_num_replicas
        if num_tokens == -1:
            num_tokens = self._replicas_to_aggregate
        elif num_tokens < needed:
            raise ValueError(f"Too few tokens to finish the first step: {num_tokens} (given) vs {needed} (needed)")
        if num_tokens <= 0:
            return no_op(name="no_init_tokens")
        with scopes.device(self._global_step.device), scopes.name_scope(""):
            tokens = fill([num_tokens], self._global_step)
            return self._sync_token_queue.enqueue_many((tokens,))

    def make_session_run_hook(self, is_chief: bool, num_tokens: int = -1) -> SessionRunHook:
        """The hook that prepares sessions of a replica; for num_tokens, of the chief, see `get_init_tokens_op`."""
        return _SyncReplicasHook(self, is_chief, num_tokens)


class _SyncReplicasHook(SessionRunHook):
    """Gives a replica its first step; that of the chief also sets the accumulators' and starts the queue runner."""

    def __init__(self, optimizer: SyncReplicasOptimizer, is_chief: bool, num_tokens: int) -> None:
        self._optimizer = optimizer
        self._is_chief = is_chief
        self._num_tokens = num_tokens
        self._local_init_op: Any = None
        self._init_tokens_op: Operation | None = None
        self._queue_runner: QueueRunner | None = None

    def begin(self) -> None:
        optimizer = self._optimizer
        if optimizer.local_step_init_op is None:
            raise ValueError("SyncReplicasOptimizer.apply_gradient should be called before using the hook.")
        self._local_init_op = optimizer.local_step_init_op
        if self._is_chief:
            self._local_init_op = optimizer.chief_init_op
            self._queue_runner = optimizer.get_chief_queue_runner()
            self._init_tokens_op = optimizer.get_init_tokens_op(self._num_tokens)

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Raises RuntimeError where variables have no values yet."""
        ready, message = check_ready(
            session, self._optimizer.ready_for_local_init_op, "Model is not ready for local_init"
        )
        if not ready:
            raise RuntimeError(
                "Init operations did not make model ready for SyncReplicasOptimizer local_init. "
                f"Init op: {self._local_init_op.name}, error: {message}"
            )
        session.run(self._local_init_op)
        if self._init_tokens_op is not None:
            session.run(self._init_tokens_op)
        if self._queue_runner is not None:
            self._queue_runner.create_threads(session, coord=coord, daemon=True, start=True)
