"""Databases of every encoding, and text in them that no program can read and write back: NUL inside, bytes that are no text."""

import sqlite3

from support import schema

ENCODINGS = ("UTF-8", "UTF-16le", "UTF-16be")

#: What SQLite keeps as text and no string of a program can hold, as the bytes in hexadecimal that are cast to text.
ODD_TEXT = {
    "NUL inside": "610062",
    "NUL at the end": "7300",
    "NUL alone": "00",
    "Latin-1": "73E9",
    "cut off in the middle": "73E282",
    "a surrogate": "73EDA08061",
    "overlong": "C0AF",
    "not even a start": "FFFE",
    "an odd number of bytes": "4142FF",
}


def cast(hexadecimal):
    """The SQL that gives the text of these bytes."""
    return f"CAST(x'{hexadecimal}' AS TEXT)"


def create(path, encoding, ddl=schema.DDL):
    """Makes the application's tables in a file of this encoding."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute(f"PRAGMA encoding = '{encoding}'")
        connection.execute("PRAGMA journal_mode = wal")
        connection.executescript(ddl)
        (there,) = connection.execute("PRAGMA encoding").fetchone()
        assert there == encoding
    finally:
        connection.close()


def count(workspace, table, condition="1"):
    ((number,),) = workspace.query(f"SELECT count(*) FROM {table} WHERE {condition}")
    return number
