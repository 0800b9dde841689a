"""Programs with control flow once more, with If and While in the place of Switch and Merge."""

from programs.comparison import load_program


def with_functions(function):
    """The function of a program, with control flow v2 while it runs."""

    def called(tf, *args):
        tf.enable_control_flow_v2()
        try:
            return function(tf, *args)
        finally:
            tf.disable_control_flow_v2()

    return called


def again(name, without=()):
    """build, run and errors of another program, with control flow v2. without: labels of errors that v2 does not have."""
    program = load_program(name)

    def errors(tf):
        if not hasattr(program, "errors"):
            return {}
        found = with_functions(program.errors)(tf)
        return {
            label: (lambda function=function: with_functions(lambda tf: function())(tf), "")
            for label, (function, _) in found.items()
            if label not in without
        }

    return with_functions(program.build), with_functions(program.run), errors
