"""What a model is built for."""


class ModeKeys:
    """What a model function is asked for; exported graphs of these modes have the tags train, eval and serve."""

    TRAIN = "train"
    EVAL = "eval"
    PREDICT = "infer"
