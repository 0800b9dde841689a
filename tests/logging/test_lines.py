"""Log lines as TensorFlow writes them."""

import subprocess
import sys

PROGRAM = """
import nbtf as tf
assert tf.logging.get_verbosity() == tf.logging.WARN == 30
tf.logging.info("hidden")
tf.logging.set_verbosity(tf.logging.DEBUG)
tf.logging.debug("number %d", 1)
tf.logging.info("two")
tf.logging.warn("three")
tf.logging.error("four")
tf.logging.fatal("five")
tf.logging.vlog(tf.logging.INFO, "six")
tf.logging.log_if(tf.logging.INFO, "seven", True)
tf.logging.log_if(tf.logging.INFO, "hidden", False)
tf.logging.TaskLevelStatusMessage("eight")
for i in range(5):
    tf.logging.log_every_n(tf.logging.INFO, "every %d", 2, i)
    tf.logging.log_first_n(tf.logging.INFO, "first %d", 2, i)
tf.logging.flush()
"""
LINES = """\
DEBUG:tensorflow:number 1
INFO:tensorflow:two
WARNING:tensorflow:three
ERROR:tensorflow:four
CRITICAL:tensorflow:five
INFO:tensorflow:six
INFO:tensorflow:seven
ERROR:tensorflow:eight
INFO:tensorflow:every 0
INFO:tensorflow:first 0
INFO:tensorflow:first 1
INFO:tensorflow:every 2
INFO:tensorflow:every 4
"""


def test_lines() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert run.stderr == LINES


def test_a_program_that_sets_up_logging_has_its_own_form() -> None:
    own = "import logging\nlogging.basicConfig(format='own %(filename)s %(message)s', level=20)\n"
    own += "import nbtf as tf\ntf.logging.info('line')\n"
    run = subprocess.run([sys.executable, "-c", own], capture_output=True, text=True, check=True)
    assert run.stderr == "own <string> line\n"
