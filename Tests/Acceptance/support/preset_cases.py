"""Small databases of the applications that presets are for, each row with its fate as a person would state it.

The schemas lie in `preset_schemas`; the rows, and what becomes of them, are written down here by hand.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from support import schema

SCHEMAS = Path(__file__).resolve().parent / "preset_schemas"
STAYS = None


def minutes(count):
    return timedelta(minutes=count)


def days(count):
    return timedelta(days=count)


@dataclass(frozen=True)
class Ago:
    """A moment so long before now, in the application's own form."""

    age: timedelta
    form: str

    def value(self, now):
        moment = now - self.age
        if self.form == "unix":
            return int(moment.timestamp())
        separator, digits = {"T6": (" ", 6), "T3": (" ", 3), "T0": (" ", 0), "TT": ("T", 6)}[self.form]
        return f"{moment:%Y-%m-%d}{separator}{moment:%H:%M:%S}" + (f".{moment.microsecond:06d}"[: digits + 1] if digits else "")


@dataclass
class Database:
    """One application's database: a schema, rows, and for each row the rule under which it goes, if it does."""

    preset: str
    schema: str
    #: The rules in force on it, in order, with those that are switched off by themselves.
    rules: tuple
    off: tuple = ()
    rows: list = field(default_factory=list)
    #: The migration table's statement that makes the version one that nobody knows.
    unknown_version: str | None = None

    def row(self, table, goes=STAYS, along=STAYS, **values):
        """A row that goes by the rule `goes`, along with one that goes by the rule `along`, or stays."""
        self.rows.append((table, values, goes, along))

    def write(self, path, now, journal="wal"):
        connection = schema.connect(path)
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.executescript((SCHEMAS / f"{self.schema}.sql").read_text())
        for table, values, _, _ in self.rows:
            columns = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            told = [value.value(now) if isinstance(value, Ago) else value for value in values.values()]
            connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', told)
        connection.close()

    @property
    def deleted(self):
        """How many rows each rule deletes."""
        return {rule: sum(goes == rule for _, _, goes, _ in self.rows) for rule in (*self.rules, *self.off)}

    @property
    def dependents(self):
        return {rule: sum(along == rule for *_, along in self.rows) for rule in (*self.rules, *self.off)}

    def left(self, table, key):
        """The keys that are there after a sweep, of the rows that were stated."""
        return [values[key] for name, values, goes, along in self.rows if name == table and goes is STAYS and along is STAYS]

    @property
    def tables(self):
        """Each table's key: the first column of its first row."""
        return {table: next(iter(values)) for table, values, _, _ in reversed(self.rows)}
