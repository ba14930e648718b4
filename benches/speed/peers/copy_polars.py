"""copy_polars.py FILE OUT: reads a CSV file as text and writes it again."""

import sys

import polars

from measure import Steps

file, out = sys.argv[1:3]


def copy():
    frame = polars.read_csv(file, infer_schema=False)
    frame.write_csv(out)
    return frame.height


steps = Steps()
steps.time("copy", copy)
steps.print()
