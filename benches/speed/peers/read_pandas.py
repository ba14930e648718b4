"""read_pandas.py FORM FILE THREADS: reads a CSV file, on the one thread that pandas has."""

import sys

import pandas

from measure import Steps

form, file = sys.argv[1:3]


def texts():
    return pandas.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])


def codes():
    frame = texts()
    return [frame[name].factorize() for name in frame.columns][0][0]


steps = Steps()
steps.time("read", {"texts": lambda: len(texts()), "codes": lambda: len(codes())}[form])
steps.print()
