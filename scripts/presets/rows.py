"""Whole databases as values, and what went from one to the other."""

import sqlite3
from collections import Counter

import psycopg


def read(address):
    """Every table's columns and rows, every value as text or None."""
    connection, names = _opened(address)
    try:
        return {name: _table(connection, name) for name in sorted(names)}
    finally:
        connection.close()


def _opened(address):
    """A connection that has a way to run a statement, and the names of the tables."""
    if address.startswith("postgresql:"):
        connection = psycopg.connect(address)
        connection.execute("SET TIME ZONE 'UTC'")
        return connection, [row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace")]
    connection = sqlite3.connect(f"file:{address}?mode=ro", uri=True)
    connection.text_factory = bytes
    return connection, [row[0].decode() for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]


def _table(connection, name):
    cursor = connection.execute('SELECT * FROM "{}"'.format(name.replace('"', '""')))
    columns = tuple(column[0] for column in cursor.description)
    return columns, Counter(tuple(map(_text, row)) for row in cursor.fetchall())


def _text(value):
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "surrogateescape")
    return None if value is None else str(value)


def count(database):
    return sum(rows.total() for _, rows in database.values())


def _keys(table, key):
    """The rows by the values of the key's columns."""
    columns, rows = table
    places = [columns.index(name) for name in key]
    return {tuple(row[at] for at in places): row for row in rows}


def _stated(fate, word):
    return {tuple(map(str, key)) for key in fate[word]}


def unaccounted(database, stated):
    """Rows of the stated tables that nobody stated a fate for, and stated rows that aren't there: one sentence, or nothing."""
    for name, fate in stated.items():
        there, told = set(_keys(database[name], fate["key"])), _stated(fate, "gone") | _stated(fate, "later") | _stated(fate, "kept")
        if there != told:
            return f"{name}: {sorted(map(str, there - told))[:5]} unstated, {sorted(map(str, told - there))[:5]} not there"
        if len(told) != len(fate["gone"]) + len(fate["later"]) + len(fate["kept"]):
            return f"{name}: two fates"
    return None


def differences(before, after, stated, word="gone"):
    """What went otherwise than stated, rows that were changed included; tables without a statement have to be as they were.

    A row that is to go later may be changed: what held it has gone.
    """
    for name in before.keys() | after.keys():
        if name not in before or name not in after:
            return f"{name} is there only once"
        if name not in stated:
            if before[name] != after[name]:
                return f"{name} changed: {(before[name][1] - after[name][1]).total()} rows fewer, {(after[name][1] - before[name][1]).total()} more"
            continue
        fate = stated[name]
        were, are = _keys(before[name], fate["key"]), _keys(after[name], fate["key"])
        gone, doomed = set(were) - set(are), _stated(fate, word)
        if gone != doomed:
            return f"{name}: went wrongly {sorted(map(str, gone - doomed))[:5]}, stayed wrongly {sorted(map(str, doomed - gone))[:5]}"
        if any(row != were.get(key) for key, row in are.items() if key not in _stated(fate, "later")):
            return f"{name}: rows that stayed were changed"
    return None
