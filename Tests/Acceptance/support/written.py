"""Cells that a run writes: known by rule, not to the letter, until the run says which moment was its `now`."""

import re
from dataclasses import dataclass
from datetime import timedelta

from support.timestamps import Unreadable, has_fraction, read


@dataclass(frozen=True)
class RunMoment:
    """The run's one `now`, in any form that can be read."""

    def fits(self, value, now):
        """Whether `value` says `now`, which the report gives to the millisecond; None for `now` takes any moment."""
        try:
            moment = read(value)
        except Unreadable:
            return False
        if moment is None:
            return False
        tolerance = timedelta(milliseconds=1.5) if has_fraction(value) else timedelta(seconds=1)
        return now is None or abs(moment - now) <= tolerance


@dataclass(frozen=True)
class TimedOut:
    """`Job timed out after 45.2 minutes`, with `minutes` to one decimal."""

    minutes: float

    def fits(self, value, now):
        match = re.fullmatch(r"Job timed out after ([0-9]+\.[0-9]) minutes", value) if isinstance(value, str) else None
        return match is not None and (now is None or abs(float(match[1]) - self.minutes) <= 0.0501)


def cell_fits(expected, value, now):
    """Whether a cell is as expected; values that nobody wrote must be the same in type and in content."""
    if isinstance(expected, (RunMoment, TimedOut)):
        return expected.fits(value, now)
    return type(expected) is type(value) and expected == value


def differences(expected, actual, now, limit=10):
    """Where two `World.tables` differ, as sentences; empty when every row is as expected.

    `now` is the run's moment, or None when the rows may come from several runs.
    """
    found = []
    for table, rows in expected.items():
        there = actual[table]
        found += [f"{table}: row is gone: {rows[key]}" for key in rows.keys() - there.keys()]
        found += [f"{table}: row should be gone: {there[key]}" for key in there.keys() - rows.keys()]
        for key in rows.keys() & there.keys():
            wrong = {c: (v, there[key][c]) for c, v in rows[key].items() if not cell_fits(v, there[key][c], now)}
            if wrong:
                cells = ", ".join(f"{c} is {is_!r}, not {should!r}" for c, (should, is_) in wrong.items())
                found.append(f"{table} {key!r}: {cells}; expected row {rows[key]}")
    if len(found) > limit:
        found = found[:limit] + [f"... and {len(found) - limit} more"]
    return found
