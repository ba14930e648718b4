"""read_duckdb.py FILE THREADS: loads a CSV file as text into a table in memory."""

import sys

import duckdb

from measure import Steps

file, threads = sys.argv[1], int(sys.argv[2])


def text():
    database = duckdb.connect(config={"threads": threads})
    database.execute("create table t as select * from read_csv(?, all_varchar = true)", [file])
    return database.execute("select count(*) from t").fetchone()[0]


steps = Steps()
steps.time("read", text)
steps.print()
