"""read_polars.py FORM FILE THREADS: reads a CSV file; Polars takes its threads from POLARS_MAX_THREADS."""

import sys

import polars

from measure import Steps

form, file = sys.argv[1:3]


def texts():
    return polars.read_csv(file, infer_schema=False).height


def codes():
    scan = polars.scan_csv(file, infer_schema=False)
    return scan.with_columns(polars.all().cast(polars.Categorical)).collect().height


steps = Steps()
steps.time("read", {"texts": texts, "codes": codes}[form])
steps.print()
