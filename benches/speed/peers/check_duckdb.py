"""check_duckdb.py FORM FILE REPEAT: the rule checks in DuckDB on one thread, on texts or codes.

The fastest of several ways counts.
"""

import sys

import duckdb

from measure import Steps

form, file, repeat = sys.argv[1], sys.argv[2], int(sys.argv[3])
database = duckdb.connect(config={"threads": 1})

# Codes are made before the clock starts, as ours are.
column = {"texts": "{0}", "codes": "cast(dense_rank() over (order by {0}) as integer) as {0}"}[form].format
texts = ", ".join(map(column, ["postal_code", "city", "region"]))
database.execute(
    f"create table sales as select {texts}, cast(quantity as integer) as quantity, cast(discount as integer) as discount "
    "from read_csv(?, all_varchar = true)",
    [file],
)


def asked(query):
    return lambda: database.execute(query).fetchone()[0]


VIOLATING_BY_WINDOW = """
select count(*) from (
  select min(city) over (partition by postal_code) as least, max(city) over (partition by postal_code) as most from sales
) where least != most
"""

VIOLATING_BY_GROUP = """
select count(*) from sales
semi join (select postal_code from sales group by postal_code having min(city) != max(city)) using (postal_code)
"""

MINORITY = """
with counts as (select postal_code, city, count(*) as n from sales group by postal_code, city),
most as (select postal_code, max(n) as most from counts group by postal_code),
wrong as (
  select postal_code, city from counts join most using (postal_code)
  qualify n < most or count(*) filter (n = most) over (partition by postal_code) > 1
)
select count(*) from sales semi join wrong using (postal_code, city)
"""

ORDER_ROWS_BY_WINDOW = """
select count(*) from (
  select discount,
    max(discount) over (partition by region order by quantity range between unbounded preceding and 1 preceding) as before,
    min(discount) over (partition by region order by quantity range between 1 following and unbounded following) as behind
  from sales
) where discount < before or discount > behind
"""

ORDER_ROWS_BY_GROUP = """
with steps as (
  select region, quantity, max(discount) as most, min(discount) as least from sales group by region, quantity
),
bounds as (
  select region, quantity,
    max(most) over (partition by region order by quantity rows between unbounded preceding and 1 preceding) as before,
    min(least) over (partition by region order by quantity rows between 1 following and unbounded following) as behind
  from steps
)
select count(*) from sales join bounds using (region, quantity) where discount < before or discount > behind
"""

# Of the rows with a smaller quantity, those with a greater discount: how many stand before the row in that order.
ORDER_PAIRS = """
select cast(sum(place - 1) as bigint) from (
  select rank(order by discount desc) over (
    partition by region order by quantity range between unbounded preceding and 1 preceding
  ) as place from sales
)
"""

steps = Steps(repeat)
steps.time("dependency rows", asked(VIOLATING_BY_WINDOW), asked(VIOLATING_BY_GROUP))
steps.time("dependency cells", asked(MINORITY))
steps.time("order rows", asked(ORDER_ROWS_BY_WINDOW), asked(ORDER_ROWS_BY_GROUP))
steps.time("order pairs", asked(ORDER_PAIRS))
steps.print()
