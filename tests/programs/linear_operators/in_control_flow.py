"""Linear operators as loop variables, as what branches give, and in structures of tensors."""

import numpy as np
from programs.operator_methods import described

SAME_NODES = False  # an operator that comes out of a loop is made there in other ways
RTOL = 1e-5


def build(tf):
    linalg = tf.linalg
    full = linalg.LinearOperatorFullMatrix(np.eye(2, dtype=np.float32), name="full")
    product = linalg.LinearOperatorComposition([full, linalg.LinearOperatorDiag([1.0, 2.0])])
    _, powers = tf.while_loop(
        lambda i, operator: i < 3,
        lambda i, operator: (i + 1, linalg.LinearOperatorFullMatrix(operator.matrix * 2.0, name="full")),
        [0, full],
    )
    chosen = tf.cond(
        tf.placeholder_with_default(True, [], name="first"),
        lambda: linalg.LinearOperatorDiag([1.0, 2.0]),
        lambda: linalg.LinearOperatorDiag([3.0, 4.0]),
    )
    parts = tf.nest.flatten(product, expand_composites=True)
    rebuilt = tf.nest.pack_sequence_as(product, [2.0 * part for part in parts], expand_composites=True)
    return {
        "powers": powers.to_dense(),
        "chosen": chosen.matvec([1.0, 1.0]),
        "rebuilt": rebuilt.to_dense(),
        "same": tf.constant([described(one) for one in (powers, chosen, rebuilt)]),
        "parts": tf.constant([str(part.shape) for part in parts]),
        "is_tensor": tf.constant(tf.is_tensor(full)),
    }
