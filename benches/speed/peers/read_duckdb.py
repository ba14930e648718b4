"""read_duckdb.py FORM FILE THREADS: loads a CSV file as texts into a table in memory."""

import sys

import duckdb

from measure import Steps

file, threads = sys.argv[2], int(sys.argv[3])


def texts():
    database = duckdb.connect(config={"threads": threads})
    database.execute("create table t as select * from read_csv(?, all_varchar = true)", [file])
    return database.execute("select count(*) from t").fetchone()[0]


steps = Steps()
steps.time("read", texts)
steps.print()
