"""Write nbtf/ops/unicode_scripts.txt: how many characters follow each other in one script, and ICU's number of it.

python tools/make_unicode_scripts.py        # in an environment with TensorFlow, whose ICU it asks
"""

import itertools
from pathlib import Path

import tensorflow.compat.v1 as tf

TARGET = Path(__file__).resolve().parent.parent / "nbtf" / "ops" / "unicode_scripts.txt"


def main() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        scripts = session.run(tf.strings.unicode_script(tf.range(0x110000))).tolist()
    runs = [f"{len(list(same))}:{script}" for script, same in itertools.groupby(scripts)]
    lines = [" ".join(runs[i : i + 16]) for i in range(0, len(runs), 16)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
