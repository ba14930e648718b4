"""check_pandas.py FORM FILE REPEAT: the rule checks in pandas, on texts or codes. The fastest of several ways counts."""

import sys

import pandas

from measure import Steps

form, file, repeat = sys.argv[1], sys.argv[2], int(sys.argv[3])

frame = pandas.read_csv(file, dtype={"postal_code": str, "city": str, "region": str})
if form == "codes":
    # Made before the clock starts, as ours are.
    for name in ["postal_code", "city", "region"]:
        frame[name] = frame[name].factorize()[0]


def violating_by_transform():
    city = frame.groupby("postal_code", sort=False)["city"]
    return (city.transform("min") != city.transform("max")).sum()


def violating_by_distinct():
    distinct = frame[["postal_code", "city"]].drop_duplicates()
    several = distinct["postal_code"][distinct["postal_code"].duplicated()]
    return frame["postal_code"].isin(several).sum()


def minority():
    counts = frame.groupby(["postal_code", "city"], sort=False).size().rename("n").reset_index()
    of_code = counts.groupby("postal_code", sort=False)["n"]
    most = of_code.transform("max")
    leading = (counts["n"] == most).groupby(counts["postal_code"], sort=False).transform("sum")
    counts["wrong"] = (counts["n"] < most) | (leading > 1)
    return frame[["postal_code", "city"]].merge(counts, on=["postal_code", "city"], how="left")["wrong"].sum()


def order_rows():
    steps = frame.groupby(["region", "quantity"], sort=True)["discount"].agg(["max", "min"]).reset_index()
    steps["before"] = steps.groupby("region")["max"].cummax().groupby(steps["region"]).shift(1)
    back = steps[::-1]
    steps["behind"] = back.groupby("region")["min"].cummin().groupby(back["region"]).shift(1)
    both = frame[["region", "quantity", "discount"]].merge(steps, on=["region", "quantity"], how="left")
    return ((both["discount"] < both["before"]) | (both["discount"] > both["behind"])).sum()


steps = Steps(repeat)
steps.time("dependency rows", violating_by_transform, violating_by_distinct)
steps.time("dependency cells", minority)
steps.time("order rows", order_rows)
steps.print()
