"""What a program put into its application's database, and what has to become of it. Runs inside the application's environment.

A fate is decided from what the program put in (a state, an age), never from what the database or jobsweep says.
"""

import json
import os
import sqlite3
import sys
import uuid
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import time_machine

#: How far from a limit a row is put, so that the minutes between filling and sweeping don't matter.
CLEAR = timedelta(hours=6)


def ages(*limits):
    """Ages on both sides of every limit, in days, and the extremes; the oldest first, as they come about."""
    near = [timedelta(days=limit) + side for limit in limits for side in (-CLEAR, CLEAR)]
    return sorted([timedelta(minutes=10), *near, timedelta(days=400)], reverse=True)


#: Where the application has to keep its data, if it isn't in a file of SQLite's.
POSTGRES = os.environ.get("VERIFY_POSTGRES")


def postgres(driver):
    """PostgreSQL's address as SQLAlchemy takes it."""
    return POSTGRES.replace("postgresql://", f"postgresql+{driver}://")


def rows(database, statement):
    """What is in the database: as which rows the application keeps what it was given."""
    if POSTGRES:
        import psycopg

        with psycopg.connect(database) as connection:
            return [tuple(str(value) if isinstance(value, uuid.UUID) else value for value in row) for row in connection.execute(statement)]
    connection = sqlite3.connect(database)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def django_database(file):
    """Django's setting DATABASES."""
    if not POSTGRES:
        return {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}}
    address = urlsplit(POSTGRES)
    return {
        "default": {"ENGINE": "django.db.backends.postgresql", "NAME": address.path[1:], "USER": address.username, "HOST": address.hostname, "PORT": address.port}
    }


class Ledger:
    def __init__(self, database, distributions):
        self.database = POSTGRES or str(database)
        self.versions = {name: metadata.version(name) for name in distributions}
        self.now = datetime.now(timezone.utc)
        self.tables = {}
        self.rules = defaultdict(int)
        self.dependents = defaultdict(int)
        #: The same of a second run, where there is something left for it.
        self.second = {"rules": defaultdict(int), "dependents": defaultdict(int)}
        #: What the program wants to know again when it reads.
        self.notes = {}

    def back(self, age):
        """A context in which it was so long ago, for everything in this process that asks for the time. The clock runs on in it."""
        return time_machine.travel(self.now - age, tick=True)

    def table(self, name, key=("id",), rule=None):
        """A table whose every row gets a fate; a rule whose table it is counts from the first, at 0."""
        self.tables.setdefault(name, {"key": list(key), "gone": [], "later": [], "kept": []})
        if rule:
            self.rules[rule] += 0

    def row(self, table, key, goes, rule=None, along=None, later=False):
        """A row and its fate: it goes by a rule of its own, along with another of a rule's rows, or not at all.

        What goes later goes in the second run: the first takes the row away that held it.
        `key` is the value of the key's only column, or a list of values.
        """
        self.tables[table]["later" if later else "gone" if goes else "kept"].append(key if isinstance(key, list) else [key])
        if (goes or later) and rule:
            (self.second["rules"] if later else self.rules)[rule] += 1
        if (goes or later) and along:
            (self.second["dependents"] if later else self.dependents)[along] += 1

    def write(self, folder):
        made = {name: getattr(self, name) for name in ("database", "versions", "tables", "rules", "dependents", "second", "notes")}
        (Path(folder) / "made.json").write_text(json.dumps(made))


def told(folder):
    """What the ledger held when the database had been filled."""
    return json.loads((Path(folder) / "made.json").read_text())


def expect(holds, sentence):
    """Ends the program where something isn't as it should be."""
    if not holds:
        sys.exit(f"{Path(sys.argv[0]).name}: {sentence}")


def main(fill, read):
    """Runs `with_X.py fill FOLDER` or `with_X.py read FOLDER`."""
    word, folder = sys.argv[1], Path(sys.argv[2])
    {"fill": fill, "read": read}[word](folder)
