"""Makes the tables of this folder: made-up people, some of them twice.

    python3 make.py

`people.csv` holds 600 people and 400 rows that are one of them again, with one to four cells written otherwise: a letter wrong,
left out, doubled or exchanged, names exchanged, day and month exchanged, a cell missing or that of someone else. A third of
the people live in families that share surname, address and telephone number. `families.csv` holds 600 people of whom none is
there twice. The column `thing` of the files `*.truth.csv` says who a row is. Beside what describes a person there are a number of
the row, the day on which it was entered and the system that it comes from.
"""

import csv
import random
import string

PEOPLE = 600
AGAIN = 400


def word(rng, syllables):
    return "".join(rng.choice("bcdfghklmnprst") + rng.choice("aeiou") for _ in range(rng.choice(syllables)))


class World:
    """The names and towns of a table."""

    def __init__(self, rng):
        self.first = [word(rng, [2, 3]) for _ in range(150)]
        self.last = [word(rng, [2, 3, 4]) for _ in range(400)]
        self.streets = [f"{word(rng, [3, 4])} {rng.choice(['street', 'road', 'lane'])}" for _ in range(250)]
        towns = [word(rng, [3]) + "ton" for _ in range(120)]
        self.places = [(f"{rng.randrange(10000, 99999)}", town) for town in towns for _ in range(rng.choice([1, 2, 3]))]


def day(rng):
    return f"{rng.randrange(1930, 2010)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"


def people(rng, world):
    """People by themselves and in families, each with a number."""
    found = []
    while len(found) < PEOPLE:
        size = rng.choice([2, 3, 4]) if rng.random() < 0.15 else 1
        last, street = rng.choice(world.last), f"{rng.randrange(1, 200)} {rng.choice(world.streets)}"
        postcode, town = rng.choice(world.places)
        phone = f"{rng.randrange(10**7, 10**8)}"
        for _ in range(size):
            found.append(
                {
                    "first_name": rng.choice(world.first),
                    "last_name": last,
                    "born": day(rng),
                    "street": street,
                    "postcode": postcode,
                    "town": town,
                    "phone": phone,
                }
            )
    return list(enumerate(found[:PEOPLE]))


def slip(rng, text):
    """One typing error."""
    place = rng.randrange(len(text))
    letter = rng.choice(string.digits if text[place].isdigit() else string.ascii_lowercase)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:place] + letter + text[place + 1 :]
    if kind == 1 and len(text) > 2:
        return text[:place] + text[place + 1 :]
    if kind == 2 and place + 1 < len(text):
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + text[place] + text[place:]


def again(rng, person, others):
    """A person as entered a second time."""
    copy = dict(person)
    if rng.random() < 0.08:
        copy["first_name"], copy["last_name"] = copy["last_name"], copy["first_name"]
    for column in rng.sample(list(copy), rng.choice([1, 1, 2, 2, 3, 4])):
        chance = rng.random()
        if chance < 0.2:
            copy[column] = ""
        elif chance < 0.35:
            copy[column] = rng.choice(others)[1][column]
        elif column == "born" and chance < 0.6:
            year, month, of_month = copy[column].split("-")
            copy[column] = f"{year}-{of_month}-{month}" if int(of_month) <= 12 else copy[column]
        else:
            copy[column] = slip(rng, copy[column])
    return copy


def write(name, rng, rows):
    rng.shuffle(rows)
    with open(f"{name}.csv", "w", newline="") as data, open(f"{name}.truth.csv", "w", newline="") as truth:
        columns = ["row", *rows[0][1], "entered", "system"]
        table = csv.DictWriter(data, columns, lineterminator="\n")
        table.writeheader()
        truth.write("thing\n")
        for number, (thing, person) in enumerate(rows, start=1):
            entered = f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
            table.writerow({"row": number, **person, "entered": entered, "system": rng.choice(["crm", "shop", "web"])})
            truth.write(f"{thing}\n")


def main():
    rng = random.Random(11)
    world = World(rng)
    first = people(rng, world)
    copies = [(thing, again(rng, person, first)) for thing, person in (rng.choice(first) for _ in range(AGAIN))]
    write("people", rng, first + copies)
    rng = random.Random(12)
    write("families", rng, people(rng, World(rng)))


main()
