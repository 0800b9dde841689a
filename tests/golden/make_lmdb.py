"""Write databases with the library LMDB itself, of the package lmdb, and what is in them.

    python tests/golden/make_lmdb.py

lmdb/<name>.mdb.gz are the databases; lmdb/pairs.json has the length and the digest of every value by key, as the library
reads them.
"""

import gzip
import hashlib
import json
import tempfile
from pathlib import Path

import lmdb

HERE = Path(__file__).resolve().parent / "lmdb"

MANY = [(f"{i:06d}".encode(), bytes([i % 251]) * (i % 40)) for i in range(900)]
LONG = [(b"000005", None), (b"000100", b"y" * 10000), (b"000101", b"z" * 4097), (b"", b"")]
TRANSACTIONS = {
    "empty": [],
    "small": [[(b"b", b"22"), (b"a", b"1"), (b"\xff\x00", b"\x00\xff")]],
    "deep": [MANY, [pair for pair in LONG if pair[0]]],
}


def main() -> None:
    HERE.mkdir(exist_ok=True)
    told = {}
    for name, transactions in TRANSACTIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/data.mdb"
            with lmdb.open(path, map_size=1 << 22, subdir=False, lock=False) as database:
                for pairs in transactions:
                    with database.begin(write=True) as transaction:
                        for key, value in pairs:
                            transaction.delete(key) if value is None else transaction.put(key, value)
                with database.begin() as transaction:
                    found = [
                        (key, len(value), hashlib.sha256(value).hexdigest()) for key, value in transaction.cursor()
                    ]
            told[name] = [[key.hex(), size, digest[:16]] for key, size, digest in found]
            (HERE / f"{name}.mdb.gz").write_bytes(gzip.compress(Path(path).read_bytes(), 9, mtime=0))
    (HERE / "pairs.json").write_text(json.dumps(told, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
