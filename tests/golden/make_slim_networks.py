"""Record how TensorFlow and tf-slim build the networks of tests/contrib/slim_networks.py.

    python tests/golden/make_slim_networks.py

Writes slim_networks.json.xz: for each network its output, variables, end points, sizes of collections, a digest of all
nodes. Needs the package tf-slim.
"""

import json
import lzma

from make_programs import HERE, contrib, tf


def main() -> None:
    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.contrib = contrib()
    from contrib import slim_networks

    recorded = {label: slim_networks.facts(tf, label) for label in slim_networks.NETWORKS}
    text = json.dumps(recorded, indent=1)
    (HERE / "slim_networks.json.xz").write_bytes(lzma.compress(text.encode()))
    print(f"{len(recorded)} networks")


if __name__ == "__main__":
    main()
