"""check_polars.py FORM FILE REPEAT: the rule checks in Polars, on texts or codes. The fastest of several ways counts."""

import sys

import polars
from polars import col

from measure import Steps

form, file, repeat = sys.argv[1], sys.argv[2], int(sys.argv[3])

frame = polars.read_csv(file, infer_schema=False).with_columns(col("quantity", "discount").cast(polars.Int32))
if form == "codes":
    # Made before the clock starts, as ours are.
    texts = col("postal_code", "city", "region")
    frame = frame.with_columns(texts.cast(polars.Categorical).to_physical())


def violating_by_window():
    least, most = col("city").min().over("postal_code"), col("city").max().over("postal_code")
    return frame.select((least != most).sum()).item()


def violating_by_group():
    groups = frame.group_by("postal_code").agg(col("city").min().alias("least"), col("city").max().alias("most"))
    keys = groups.filter(col("least") != col("most")).select("postal_code")
    return frame.join(keys, on="postal_code", how="semi").height


def minority():
    counts = frame.group_by("postal_code", "city").len()
    counts = counts.with_columns(most=col("len").max().over("postal_code"))
    counts = counts.with_columns(leading=(col("len") == col("most")).sum().over("postal_code"))
    wrong = counts.filter((col("len") < col("most")) | (col("leading") > 1)).select("postal_code", "city")
    return frame.join(wrong, on=["postal_code", "city"], how="semi").height


def order_rows():
    steps = frame.group_by("region", "quantity").agg(
        col("discount").max().alias("most"), col("discount").min().alias("least")
    )
    steps = steps.sort("region", "quantity")
    steps = steps.with_columns(
        before=col("most").cum_max().shift(1).over("region"),
        behind=col("least").cum_min(reverse=True).shift(-1).over("region"),
    )
    both = frame.join(steps, on=["region", "quantity"], how="left")
    return both.select(((col("discount") < col("before")) | (col("discount") > col("behind"))).sum()).item()


def order_rows_by_sort():
    ordered = frame.select("region", "quantity", "discount").sort("region", "quantity")
    # Rows of one quantity are no pair with each other.
    same = ["region", "quantity"]
    ordered = ordered.with_columns(most=col("discount").max().over(same), least=col("discount").min().over(same))
    edge = polars.struct(same) != polars.struct(same).shift(1)
    steps = ordered.filter(edge.fill_null(True)).with_columns(
        before=col("most").cum_max().shift(1).over("region"),
        behind=col("least").cum_min(reverse=True).shift(-1).over("region"),
    )
    both = ordered.join(steps.select(*same, "before", "behind"), on=same, how="left")
    return both.select(((col("discount") < col("before")) | (col("discount") > col("behind"))).sum()).item()


steps = Steps(repeat)
steps.time("dependency rows", violating_by_window, violating_by_group)
steps.time("dependency cells", minority)
steps.time("order rows", order_rows, order_rows_by_sort)
steps.print()
