"""Rows of a query: SqlDataset."""

import os
import sqlite3

import numpy as np


def write_database():
    if os.path.exists("people.db"):
        os.unlink("people.db")
    connection = sqlite3.connect("people.db")
    connection.execute("create table people (name text, age integer, size real, number text, data blob)")
    rows = [("Ann", 30, 1.5, "12", b"abc"), ("Bob", None, 2.0, "x7", b""), (None, -300, 1e20, "3.75 m", None),
            ("Eva", 2**40, -0.25, " 8", b"9")]  # fmt: skip
    connection.executemany("insert into people values (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()


def build(tf):
    write_database()
    made = {}

    def add(label, query, types):
        dataset = tf.data.experimental.SqlDataset("sqlite", "people.db", query, types)
        iterator = tf.data.make_initializable_iterator(dataset)
        made[f"{label} init"] = iterator.initializer
        for i, part in enumerate(tf.nest.flatten(iterator.get_next())):
            made[f"{label} {i}"] = part

    add("texts", "select name, age, size, number, data from people", (tf.string,) * 5)
    add("numbers", "select age, size, number from people", (tf.int64, tf.float64, tf.int32))
    add("small", "select age, age, age, size, age from people", (tf.int8, tf.int16, tf.uint8, tf.int32, tf.uint16))
    add("bool", "select age, size, number from people", (tf.bool, tf.float64, tf.float64))
    add("filtered", "select max(size) from people where age < 100", (tf.float64,))
    return made


def run(tf, session, fetches):
    found = {}
    names = [label.removesuffix(" init") for label in fetches if label.endswith(" init")]
    for name in names:
        session.run(fetches[f"{name} init"])
        parts = {label: fetch for label, fetch in fetches.items() if label.rpartition(" ")[0] == name}
        parts.pop(f"{name} init")
        values = {label: [] for label in parts}
        try:
            while True:
                for label, value in session.run(parts).items():
                    values[label].append(value)
        except tf.errors.OutOfRangeError:
            found.update({label: np.array(several) for label, several in values.items()})
    return found


def errors(tf):
    write_database()

    def rows(*args):
        def run_one():
            iterator = tf.data.experimental.SqlDataset(*args).make_initializable_iterator()
            element = iterator.get_next()
            with tf.Session() as session:
                session.run(iterator.initializer)
                session.run(element)

        return run_one

    query = "select name from people"
    return {
        "driver": (rows("mysql", "people.db", query, (tf.string,)), "is not supported by SqlDataset"),
        "columns": (rows("sqlite", "people.db", query, (tf.string, tf.string)), "The number of columns in query"),
        "query": (rows("sqlite", "people.db", "selekt", (tf.string,)), "syntax error"),
        "table": (rows("sqlite", "people.db", "select x from nobody", (tf.string,)), "no such table"),
    }
