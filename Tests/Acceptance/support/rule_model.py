"""What a rule makes of every row of its table, reckoned in Python from the rule as the configuration says it: no SQL, nothing of jobsweep's.

Rows are dictionaries; a table is a list of them. Durations are `timedelta`, moments are aware `datetime`s.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from support.timestamps import Unreadable, read

UNSET_BEFORE = datetime(1990, 1, 1, tzinfo=timezone.utc)
IMPLAUSIBLE_BEFORE = datetime(2000, 1, 1, tzinfo=timezone.utc)
UNITS = {"unix": 1, "unix_ms": 1_000, "unix_us": 1_000_000}
FOREVER = "forever"


@dataclass
class Case:
    """A rule, the table it is for, and the tables that hang off it."""

    name: str
    declared: str  # the key, as the table has it
    key: tuple
    time: object  # a column, or {column, times}
    time_format: str
    keep: object
    keep_by: dict = field(default_factory=dict)
    where: dict = field(default_factory=dict)
    where_not: dict = field(default_factory=dict)
    newest: tuple | None = None  # count, per
    max_rows: int | None = None
    rows: list = field(default_factory=list)
    references: list = field(default_factory=list)  # values of unless_referenced's column
    dependents: list = field(default_factory=list)  # values of the dependents' column


@dataclass
class Fate:
    gone: set
    unreadable: int
    dependents: int


def moment(value, time_format, now):
    """The moment that a cell says, or None where it says none; raises `Unreadable`."""
    if time_format == "text":
        said = read(value)
    elif value is None or value == 0:
        said = None
    elif isinstance(value, int):
        said = datetime.fromtimestamp(0, timezone.utc) + timedelta(microseconds=value * 1_000_000 // UNITS[time_format])
        if said < IMPLAUSIBLE_BEFORE or said > now + timedelta(days=1):
            raise Unreadable(value)
    else:
        raise Unreadable(value)
    return None if said is not None and said < UNSET_BEFORE else said


def key_of(case, row):
    return tuple(row[column] for column in case.key)


def time_column(case, row):
    if isinstance(case.time, str):
        return case.time
    return case.time["times"].get(row[case.time["column"]])


def selected(case, row):
    return (
        time_column(case, row) is not None
        and all(row[column] in allowed for column, allowed in case.where.items())
        and all(row[column] not in barred for column, barred in case.where_not.items())
    )


def retention(case, row):
    asked = [by[row[column]] for column, by in case.keep_by.items() if row[column] in by]
    return FOREVER if FOREVER in asked else max(asked) if asked else case.keep


def newest(case, now):
    """The keys of the rows that stay because they are their group's newest."""
    if case.newest is None:
        return set()
    count, per = case.newest
    groups = {}
    for row in case.rows:
        column = time_column(case, row)
        try:
            when = moment(row[column], case.time_format, now) if column else None
        except Unreadable:
            when = None
        if when is not None and when <= now:
            groups.setdefault(tuple(row[c] for c in per), []).append((when, key_of(case, row)))
    return {key for group in groups.values() for _, key in sorted(group, reverse=True)[:count]}


def fate(case, now):
    kept, gone, unreadable = newest(case, now), set(), 0
    for row in case.rows:
        if not selected(case, row):
            continue
        keep = retention(case, row)
        if keep == FOREVER:
            continue
        try:
            when = moment(row[time_column(case, row)], case.time_format, now)
        except Unreadable:
            unreadable += 1
            continue
        key = key_of(case, row)
        referenced = len(case.key) == 1 and key[0] in case.references
        if when is not None and when < now - keep and key not in kept and not referenced:
            gone.add(key)
    return Fate(gone, unreadable, sum((value,) in gone for value in case.dependents))
