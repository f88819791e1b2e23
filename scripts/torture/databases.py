"""The application's tables in a database file of any kind: encoding, page size, journal, indexes, row numbers, order of columns."""

import re
import sqlite3

from support import schema

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.S)
_INDEX = re.compile(r"CREATE INDEX [^;]+;")


def create(path, draw, like_the_application=False):
    """Makes the file with empty tables. Says in words what was drawn."""
    tables, indexes = _parts()
    connection = sqlite3.connect(path, isolation_level=None)
    said = []

    def pragma(name, *values):
        value = draw.choice(values)
        connection.execute(f"PRAGMA {name} = {value}")
        said.append(f"{name} {value}")

    pragma("page_size", 512, 1024, 4096, 4096, 65536)
    pragma("encoding", "'UTF-8'", "'UTF-8'", "'UTF-8'", "'UTF-16le'", "'UTF-16be'")
    pragma("auto_vacuum", 0, 0, 1, 2)
    pragma("journal_mode", "wal", "wal", "delete", "truncate", "persist")
    for name, lines in tables.items():
        rest = ""
        if name != "daemon_job_history" and draw.random() < 0.15 and not like_the_application:
            rest = " WITHOUT ROWID"
            said.append(f"{name} without rowid")
        columns, constraints = lines
        if draw.random() < 0.3:
            columns = draw.sample(columns, len(columns))
            said.append(f"{name} shuffled")
        connection.execute(f"CREATE TABLE {name} ({', '.join(columns + constraints)}){rest}")
    for index in indexes:
        if draw.random() < 0.8:
            connection.execute(index)
        else:
            said.append(f"without {index.split()[2]}")
    if draw.random() < 0.3:
        connection.execute("ANALYZE")
    connection.close()
    return ", ".join(said)


def _parts():
    tables = {}
    for name, body in _TABLE.findall(schema.DDL):
        pieces = [piece.strip() for piece in re.split(r",(?![^(]*\))", body) if piece.strip()]
        tables[name] = (pieces, [])
    return tables, _INDEX.findall(schema.DDL)
