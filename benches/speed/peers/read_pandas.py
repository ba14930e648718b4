"""read_pandas.py FORM FILE: reads a CSV file as text, on the one thread that pandas has."""

import sys

import pandas

from measure import Steps

form, file = sys.argv[1:3]


def text():
    return pandas.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])


def codes():
    frame = text()
    return [frame[name].factorize() for name in frame.columns][0][0]


steps = Steps()
steps.time("read", {"text": lambda: len(text()), "codes": lambda: len(codes())}[form])
steps.print()
