"""Random rules with tables of random shape and rows around every limit, from a seed; and the way of them into a database and a configuration.

Every age is two minutes off each limit at least, since a run takes its own `now` a little later than the rows were made.
"""

import random
import sqlite3
import uuid
from datetime import timedelta

from support.policy import duration
from support.rule_model import FOREVER, UNITS, Case, key_of
from support.timestamps import FORMS

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEEPS = (timedelta(hours=2), DAY, 7 * DAY, 30 * DAY, 90 * DAY)
MARGIN = timedelta(minutes=2)
STATES = ("done", "failed", "open", "Done", "it's", None)
LEVELS = (0, 1, 2, 3, None)
#: Text that is no moment, and moments that mean "unset".
ODD = ("yesterday", "", "0000-00-00 00:00:00", "2019-13-45 07:01:07")
UNSET = ("0001-01-01 00:00:00", "1970-01-01 00:00:00", "1989-12-31 23:59:59")

#: What no rule looks at, and what has to come back all the same: every storage class, at its ends.
ODDS = ("a\0b", b"a\0\xff", -0.0, 2**63 - 1, -(2**63), float("inf"), 5e-324, "", b"", 3.0, "\U0001f9f9", None)

KEYS = (
    ("id INTEGER PRIMARY KEY", ("id",), ""),
    ("id BIGINT NOT NULL PRIMARY KEY", ("id",), ""),
    ("id TEXT NOT NULL PRIMARY KEY", ("id",), ""),
    ("id CHAR(32) NOT NULL PRIMARY KEY", ("id",), " WITHOUT ROWID"),
    ("id BLOB NOT NULL PRIMARY KEY", ("id",), ""),
    ("a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)", ("a", "b"), ""),
    ("a TEXT NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a)", ("b", "a"), " WITHOUT ROWID"),
    ('"Odd ""Name" TEXT NOT NULL PRIMARY KEY', ('Odd "Name',), ""),
)


class Cases:
    def __init__(self, seed, now):
        self.random, self.now = random.Random(seed), now
        self.statements = []
        self.inserts = []

    def make(self, count, rows=24):
        return [self.case(f"rule_{number}", rows) for number in range(count)]

    def case(self, name, rows):
        draw = self.random
        declared, key, tail = draw.choice(KEYS)
        time_format = draw.choice(["text", "text", "text", *UNITS])
        timed = "DATETIME" if time_format == "text" else draw.choice(["INTEGER", "BIGINT"])
        by_value = draw.random() < 0.2
        case = Case(
            name=name, declared=declared, key=key, time_format=time_format, keep=draw.choice(KEEPS),
            time={"column": "state", "times": {"done": "ended", "failed": "started"}} if by_value else "ended",
        )  # fmt: skip
        self.conditions(case)
        self.statements.append(
            f"CREATE TABLE {name} ({self.shuffled([f'state TEXT', f'level INTEGER', f'started {timed}', f'ended {timed}', 'odd BLOB'], declared)}){tail}"
        )
        self.indexes(case)
        forms = draw.sample(list(FORMS.values()), 2)
        for number in range(rows):
            case.rows.append(self.row(case, number, forms))
        self.children(case)
        return case

    def shuffled(self, columns, declared):
        """Columns in any order; what declares the key may hold a table constraint, so it stands last."""
        return ", ".join([*self.random.sample(columns, len(columns)), declared])

    def conditions(self, case):
        draw = self.random
        if draw.random() < 0.5:
            case.where["state"] = draw.sample(STATES, draw.randint(1, 4))
        if draw.random() < 0.3:
            case.where["level"] = draw.sample(LEVELS, draw.randint(1, 4))
        if draw.random() < 0.3:
            case.where_not["level" if "level" not in case.where else "state"] = draw.sample(LEVELS if "level" not in case.where else STATES, 1)
        if draw.random() < 0.3:
            case.keep_by["state"] = {state: draw.choice([*KEEPS, FOREVER]) for state in draw.sample(STATES[:5], 2)}
        if draw.random() < 0.2:
            case.keep_by["level"] = {level: draw.choice(KEEPS) for level in draw.sample(LEVELS[:4], 2)}
        if draw.random() < 0.05:
            case.keep = FOREVER
        if draw.random() < 0.25:
            case.newest = (draw.randint(1, 5), draw.choice([("level",), ("state",), ("state", "level")]))
        if draw.random() < 0.1:
            case.max_rows = draw.randint(1, 6)

    def indexes(self, case):
        draw = self.random
        for number, on in enumerate(("(ended)", "(state, ended)", "(ended) WHERE ended IS NOT NULL", "(started)", "(state)")):
            if draw.random() < 0.3:
                self.statements.append(f"CREATE INDEX {case.name}_{number} ON {case.name} {on}")

    def row(self, case, number, forms):
        draw = self.random
        row = {"state": draw.choice(STATES), "level": draw.choice(LEVELS), "odd": ODDS[number % len(ODDS)]}
        for column in case.key:
            row[column] = self.key_value(column, case, number)
        limits = [keep for keep in (case.keep, *(k for by in case.keep_by.values() for k in by.values())) if keep != FOREVER] or [DAY]
        for column in ("started", "ended"):
            row[column] = self.cell(case, draw.choice(limits), forms)
        return row

    def key_value(self, column, case, number):
        declared = case.declared
        if column == "b" or "INT" in declared.split(",")[0] and column == "id":
            return number * 7 + 1 if self.random.random() < 0.95 else -number
        if "BLOB" in declared:
            return bytes([number, 0, 255]) + self.random.randbytes(4)
        return self.random.choice([uuid.UUID(int=self.random.getrandbits(128)).hex, f"it's {number} ünï", f"k{number}"])

    def cell(self, case, limit, forms):
        draw = self.random
        chance = draw.random()
        if chance < 0.06:
            return None
        if chance < 0.12:
            return draw.choice(ODD) if case.time_format == "text" else UNITS[case.time_format] * 800_000_000
        if chance < 0.17:
            return draw.choice(UNSET) if case.time_format == "text" else 0
        distance = MARGIN + draw.random() * draw.choice([timedelta(minutes=30), timedelta(hours=13), 60 * DAY])
        age = limit - distance if draw.random() < 0.4 and distance < limit else limit + distance
        if chance < 0.2:
            age = -HOUR
        when = self.now - age
        if case.time_format == "text":
            return draw.choice(forms)(when)
        return int(when.timestamp() * UNITS[case.time_format])

    def children(self, case):
        if len(case.key) != 1:
            return
        draw, keys = self.random, [key_of(case, row)[0] for row in case.rows]
        if draw.random() < 0.3:
            case.references = draw.sample(keys, draw.randint(0, 6))
            self.child(f"{case.name}_marks", case.references)
        if draw.random() < 0.3:
            case.dependents = [draw.choice(keys) for _ in range(draw.randint(0, 60))]
            self.child(f"{case.name}_lines", case.dependents)

    def child(self, table, values):
        self.statements.append(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, parent)")
        if self.random.random() < 0.6:
            self.statements.append(f"CREATE INDEX {table}_parent ON {table} (parent)")
        self.inserts.append((f"INSERT INTO {table} (parent) VALUES (?)", [(value,) for value in values]))


def write(path, cases, made, journal):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {journal}")
    connection.execute("BEGIN")
    for statement in made.statements:
        connection.execute(statement)
    for case in cases:
        for row in case.rows:
            names = ", ".join('"' + name.replace('"', '""') + '"' for name in row)
            connection.execute(f"INSERT OR IGNORE INTO {case.name} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    for statement, values in made.inserts:
        connection.executemany(statement, values)
    connection.execute("COMMIT")
    connection.close()


def settings(cases):
    """The configuration that says these rules, and no others."""
    return {"preset": "none", "rules": [rule(case) for case in cases]}


def rule(case):
    def kept(keep):
        return keep if keep == FOREVER else duration(keep)

    said = {"name": case.name, "table": case.name, "key": list(case.key), "time": case.time, "time_format": case.time_format, "keep": kept(case.keep)}
    if case.keep_by:
        said["keep_by"] = {column: {value: kept(keep) for value, keep in by.items()} for column, by in case.keep_by.items()}
    said |= {name: value for name, value in (("where", case.where), ("where_not", case.where_not)) if value}
    if case.newest:
        said["keep_newest"] = {"count": case.newest[0], "per": list(case.newest[1])}
    if case.max_rows:
        said["max_rows"] = case.max_rows
    if any(True for _ in case.references):
        said["unless_referenced"] = [{"table": f"{case.name}_marks", "column": "parent"}]
    if any(True for _ in case.dependents):
        said["dependents"] = [{"table": f"{case.name}_lines", "column": "parent"}]
    return said
