"""Every optimizer on resource variables: nodes, slots and what they hold step by step."""

from programs.optimizer_steps import follow, train_ops
from programs.training.optimizers import makers


def build(tf):
    return train_ops(tf, makers(tf), use_resource=True)


run = follow
