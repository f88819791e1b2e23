"""Whatever an application's schema is like: what a run took comes back to the bit, and what can't is told."""

import json

import pytest

from support.exact import of_sqlite as bits
from support.ruled import OLD, configure, rule

LOGS = "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, body TEXT)"


def restore(workspace, report, code=0):
    return json.loads(workspace.command("restore", report["run_id"], "--json").exits(code).out)


def make(workspace, script):
    workspace.execute(script)
    configure(workspace, rule())


#: Defaults that aren't themselves in a row that lacks the column: SQLite's list of columns has them without brackets, a strict table's ANY
#: keeps text as text, and numbers that are too large become others.
DEFAULTS = ["(cast('5' as integer))", "0x7fffffffffffffff", "9223372036854775808", "1e400", "'7'", "7.0", "(-0.0)", "x'3030'", "'a''b'"]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16le"])
@pytest.mark.parametrize("end", ["", "STRICT", "WITHOUT ROWID", "STRICT, WITHOUT ROWID"])
def test_columns_that_rows_lack(workspace, end, encoding):
    """Each row is older than the columns; a reader gets their defaults."""
    # Of the others a strict table may refuse to read a default.
    types = ["ANY"] if "STRICT" in end else ["", "ANY", "TEXT", "REAL", "INTEGER", "NUMERIC", "BLOB"]
    make(workspace, f"""
        PRAGMA encoding = '{encoding}';
        CREATE TABLE logs (a TEXT, id INTEGER NOT NULL, at TEXT, kind TEXT UNIQUE, PRIMARY KEY (id, a)) {end};
        INSERT INTO logs VALUES ('x', 1, '{OLD}', 'k'), ('y', 2, '{OLD}', NULL);
    """)
    for number, default in enumerate([*DEFAULTS, "true"]):
        for kind in types:
            # No row can be written that has 1 where SQLite would make '1' of it.
            if (default, kind) != ("true", "TEXT"):
                workspace.execute(f"ALTER TABLE logs ADD COLUMN c{number}_{kind} {kind} DEFAULT {default}")
    workspace.execute("ALTER TABLE logs ADD COLUMN v INTEGER NOT NULL DEFAULT (cast('5' AS INTEGER))")
    before = bits(workspace)
    report = workspace.run()
    assert report["rows_deleted"] == {"logs": 2} and report["errors"] == []
    assert restore(workspace, report)["rows_restored"] == {"logs": 2}
    assert bits(workspace) == before


def test_a_default_that_no_row_can_be_written_with(workspace):
    """SQLite reads the number 1 in such a column, and writes the text."""
    make(workspace, f"{LOGS}; INSERT INTO logs VALUES (1, '{OLD}', 'x'); ALTER TABLE logs ADD COLUMN yes TEXT DEFAULT true")
    assert restore(workspace, workspace.run())["rows_restored"] == {"logs": 1}
    assert workspace.query("SELECT id, yes FROM logs") == [(1, "1")]
