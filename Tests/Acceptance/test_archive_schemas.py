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


#: A row belongs to the one before it: one table's, or those of two by turns.
CHAINS = {
    "one table": """
        CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, before INTEGER REFERENCES logs ON DELETE CASCADE); CREATE INDEX i ON logs (before);
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO logs SELECT i, '{old}', nullif(i - 1, 0) FROM n;
    """,
    "two tables": """
        CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, before TEXT REFERENCES step ON DELETE CASCADE);
        CREATE TABLE step (id TEXT PRIMARY KEY, log INTEGER REFERENCES logs ON DELETE CASCADE) WITHOUT ROWID;
        CREATE INDEX i ON logs (before); CREATE INDEX j ON step (log); PRAGMA foreign_keys = OFF;
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1250) INSERT INTO logs SELECT i, '{old}', 's' || nullif(i - 1, 0) FROM n;
        INSERT INTO step SELECT 's' || id, id FROM logs;
    """,
}


@pytest.mark.parametrize("what", CHAINS)
def test_a_chain_that_is_longer_than_sqlite_s_cascade(workspace, what):
    """It ends at a thousand levels, and the row was refused, as each below it was, after a second each."""
    make(workspace, CHAINS[what].format(old=OLD))
    before = bits(workspace)
    foreseen = workspace.command("preview", "--json").exits(0).report
    report = workspace.run()
    for one in (foreseen, report):
        assert one["rows_deleted"] == {"logs": 1} and one["dependents_deleted"] == {"logs": 2499} and one["errors"] == []
    assert workspace.query("SELECT count(*) FROM logs") == [(0,)]
    assert restore(workspace, report)["rows_restored"] == {"logs": 2500}
    assert bits(workspace) == before


def test_nothing_of_a_long_chain_goes_for_a_row_that_stays(workspace):
    """What goes from below may make the row young, and then it stays, with all that hangs from it."""
    make(workspace, CHAINS["one table"].format(old=OLD) + """
        UPDATE logs SET at = datetime('now') WHERE id > 1;
        CREATE TRIGGER used AFTER DELETE ON logs WHEN old.id > 1 BEGIN UPDATE logs SET at = datetime('now') WHERE id = 1; END;
    """)
    report = workspace.run()
    assert report["rows_deleted"] == {"logs": 0} and report["dependents_deleted"] == {"logs": 0}, report
    assert workspace.query("SELECT count(*) FROM logs") == [(2500,)]


def test_a_row_that_was_changed_again_and_again_is_listed_once(workspace):
    """Each of its states is a row of the archive's, and was told of as one."""
    make(workspace, f"""
        {LOGS}; INSERT INTO logs VALUES (1, '{OLD}', 'x'), (2, '{OLD}', 'y'), (3, '{OLD}', 'z');
        CREATE TABLE stat (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO stat VALUES (1, 0);
        CREATE TRIGGER counted AFTER DELETE ON logs BEGIN UPDATE stat SET n = n - 1; END;
    """)
    report = workspace.run()
    workspace.execute("UPDATE stat SET n = 77")
    for _ in range(2):
        done = restore(workspace, report, code=3)
        assert [error["row"] for error in done["errors"]] == ["stat 1"] and done["rows_not_restored"]["changed"] == 3
    assert workspace.query("SELECT n FROM stat") == [(77,)]


#: A full-text index that is kept by triggers, of logs and of what goes with them.
FULL_TEXT = f"""
    {LOGS};
    CREATE TABLE lines (id INTEGER PRIMARY KEY, log INTEGER REFERENCES logs ON DELETE CASCADE, body TEXT);
    CREATE VIRTUAL TABLE words USING fts5(body, content=logs, content_rowid=id);
    CREATE VIRTUAL TABLE parts USING fts4(body);
    CREATE VIEW found AS SELECT docid, body FROM parts;
    CREATE TABLE stat (n INTEGER);
    CREATE TABLE audit (n INTEGER PRIMARY KEY, what TEXT);
    INSERT INTO stat VALUES (0);
    CREATE TRIGGER counted AFTER INSERT ON logs BEGIN UPDATE stat SET n = n + 1; END;
    CREATE TRIGGER uncounted AFTER DELETE ON logs BEGIN UPDATE stat SET n = n - 1; END;
    CREATE TRIGGER "came; in" AFTER INSERT ON logs WHEN new.body IS NOT 'BEGIN;' BEGIN -- it's; BEGIN
        INSERT INTO audit (what) VALUES ('came; ''' || new.id); /* ; */
        INSERT INTO words (rowid, body) SELECT new.id, CASE WHEN 1 THEN new.body END;
        UPDATE stat SET n = n + 100;
    END;
    CREATE TRIGGER went AFTER DELETE ON logs BEGIN INSERT INTO words (words, rowid, body) VALUES ('delete', old.id, old.body); END;
    CREATE TRIGGER line_came AFTER INSERT ON lines BEGIN INSERT INTO audit (what) VALUES ('line'); INSERT INTO found VALUES (new.id, new.body); END;
    CREATE TRIGGER line_went AFTER DELETE ON lines BEGIN DELETE FROM parts WHERE docid = old.id; END;
    CREATE TRIGGER line_found INSTEAD OF INSERT ON found BEGIN
        INSERT INTO parts (docid, body) VALUES (new.docid, new.body); INSERT INTO audit (what) VALUES ('found');
    END;
    INSERT INTO logs VALUES (1, '{OLD}', 'hello world'), (2, '{OLD}', 'bar'), (3, '2999-01-01 00:00:00', 'hello bar');
    INSERT INTO lines VALUES (11, 1, 'one two'), (12, 1, 'two'), (13, 3, 'two');
"""  # fmt: skip


def test_only_what_fills_full_text_runs_again(workspace, journal):
    """Also of a trigger that does more than that, and by way of a view; what else triggers did is in the archive."""
    make(workspace, f"PRAGMA journal_mode = {journal}; {FULL_TEXT}")
    def found(table, word):
        return [row[0] for row in workspace.query(f"SELECT rowid FROM {table} WHERE {table} MATCH '{word}' ORDER BY 1")]
    tables = ("logs", "lines", "stat", "audit")
    before = {table: workspace.query(f"SELECT * FROM {table}") for table in tables}
    report = workspace.run()
    assert found("words", "hello") == [3] and found("parts", "two") == [13]
    assert restore(workspace, report)["rows_restored"] == {"logs": 2 + 2 + 2}
    assert {table: workspace.query(f"SELECT * FROM {table}") for table in tables} == before
    assert found("words", "hello") == [1, 3] and found("parts", "two") == [11, 12, 13]
    workspace.execute("INSERT INTO words (words) VALUES ('integrity-check'); INSERT INTO parts (parts) VALUES ('integrity-check')")
    assert len(workspace.query("SELECT * FROM sqlite_master WHERE type = 'trigger'")) == 7


#: SQLite 3.40 takes the row's number for one of its columns where one that is computed when it is read stands before the key.
COMPUTED = "(next INT GENERATED ALWAYS AS (a + 1) VIRTUAL, a INT, id INTEGER PRIMARY KEY, body TEXT, at TEXT"


def test_a_computed_column_before_the_key(workspace, journal):
    make(workspace, f"""
        PRAGMA journal_mode = {journal};
        CREATE TABLE logs {COMPUTED});
        INSERT INTO logs (a, id, body, at) VALUES (7, 1, 'q', '{OLD}'), (8, 20, NULL, '{OLD}'), (9, 3, x'00', '2999-01-01 00:00:00');
        CREATE TRIGGER no BEFORE DELETE ON logs WHEN old.id = 4 BEGIN SELECT RAISE(ABORT, 'no'); END;
        INSERT INTO logs (a, id, at) VALUES (1, 4, '{OLD}');
    """)
    before = bits(workspace)
    report = workspace.run()
    assert report["rows_deleted"] == {"logs": 2}
    assert [error["error"] for error in report["errors"]] == ["row 4: no"]
    assert restore(workspace, report)["rows_restored"] == {"logs": 2}
    assert bits(workspace) == before


def test_a_computed_column_before_the_key_of_what_goes_along(workspace):
    """Which can't be kept: `check` says it before, the report after."""
    make(workspace, f"""
        {LOGS};
        CREATE TABLE lines {COMPUTED}, log INT REFERENCES logs ON DELETE CASCADE);
        INSERT INTO logs VALUES (1, '{OLD}', 'x'); INSERT INTO lines (id, log) VALUES (1, 1), (2, 1);
    """)
    words = "what goes along or is changed of lines can't be put back"
    is_shown = words not in workspace.command("check").said
    report = json.loads(workspace.command("run", "--json").exits(0 if is_shown else 3).out)
    assert is_shown or "doesn't show the rows of lines as they are" in report["errors"][0]["error"]
    assert restore(workspace, report)["rows_restored"] == {"logs": 3 if is_shown else 1}


def test_nothing_goes_that_can_t_be_kept_where_nothing_may(workspace):
    """`archive.when_full: stop`, whatever it is that keeps rows from being kept: here an index that nothing would fill again."""
    workspace.execute(f"""
        {LOGS}; CREATE VIRTUAL TABLE words USING fts5(body);
        CREATE TRIGGER gone AFTER DELETE ON logs BEGIN DELETE FROM words WHERE rowid = old.id; END;
        INSERT INTO logs VALUES (1, '{OLD}', 'one'), (2, '{OLD}', 'two'); INSERT INTO words (rowid, body) SELECT id, body FROM logs;
    """)
    configure(workspace, rule(), archive={"when_full": "stop"})
    before = bits(workspace)
    report = json.loads(workspace.command("run", "--json").exits(1).out)
    assert report["rows_deleted"] == {"logs": 0} and bits(workspace) == before
    (error,) = report["errors"]
    assert error["operation"] == "logs" and "rows of words went that triggers" in error["error"]
    assert error["error"].endswith("and nothing is taken away that isn't kept (archive.when_full: stop)")
    configure(workspace, rule())
    assert workspace.command("run", "--json").exits(3).report["rows_deleted"] == {"logs": 2}


#: What triggers do beside filling an index, or on the way to it.
WAYS = {
    "a log with an index of its own": """
        CREATE TABLE log (id INTEGER PRIMARY KEY, body TEXT);
        CREATE TRIGGER logged AFTER INSERT ON log BEGIN INSERT INTO words (rowid, body) VALUES (new.id + 1000, new.body); END;
        CREATE TRIGGER came AFTER INSERT ON logs BEGIN
            INSERT INTO words (rowid, body) VALUES (new.id, new.body); INSERT INTO log (body) VALUES (new.body);
        END;""",
    "a view of a view": """
        CREATE VIEW one AS SELECT * FROM logs; CREATE VIEW two AS SELECT * FROM logs;
        CREATE TRIGGER by_one INSTEAD OF INSERT ON one BEGIN INSERT INTO two VALUES (new.id, new.at, new.body); END;
        CREATE TRIGGER by_two INSTEAD OF INSERT ON two BEGIN INSERT INTO words (rowid, body) VALUES (new.id, new.body); END;
        CREATE TRIGGER came AFTER INSERT ON logs BEGIN INSERT INTO one VALUES (new.id, new.at, new.body); END;""",
    "names and texts like a trigger's": """
        ALTER TABLE logs ADD COLUMN [begin] INT; ALTER TABLE logs ADD COLUMN "end;" TEXT;
        CREATE TRIGGER [begin] /* begin; */ AFTER INSERT ON logs WHEN new.begin IS NOT 7 AND new."end;" IS NOT 'begin' -- begin ;
        BEGIN INSERT INTO words (rowid, body) VALUES (new.id, CASE WHEN new.body = ';end' THEN ';' ELSE new.body END) /* ; */ ; SELECT 'x;' ; END;
        CREATE TRIGGER `up;d` AFTER UPDATE OF [begin], body ON logs FOR EACH ROW BEGIN DELETE FROM words WHERE rowid = old.id; END;""",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_an_index(workspace, way):
    make(workspace, f"""
        {LOGS}; CREATE VIRTUAL TABLE words USING fts5(body);
        {WAYS[way]}
        CREATE TRIGGER went AFTER DELETE ON logs BEGIN DELETE FROM words WHERE rowid = old.id; END;
        INSERT INTO logs (id, at, body) VALUES (1, '{OLD}', 'one'), (2, '{OLD}', ';end');
    """)
    tables = [name for (name,) in workspace.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")]
    rows = lambda: {table: workspace.query(f"SELECT * FROM {table}") for table in tables}
    before = rows()
    report = workspace.run()
    assert report["errors"] == [] and rows() != before
    assert restore(workspace, report)["rows_restored"] == {"logs": 2}
    assert rows() == before
    workspace.execute("INSERT INTO words (words) VALUES ('integrity-check')")


@pytest.mark.parametrize("kind", ["fts5(body)", "fts4(body)"])
def test_a_full_text_index_that_the_application_fills_itself(workspace, kind):
    make(workspace, f"""
        {LOGS}; CREATE VIRTUAL TABLE words USING {kind};
        CREATE TRIGGER went AFTER DELETE ON logs BEGIN DELETE FROM words WHERE rowid = old.id; END;
        INSERT INTO logs VALUES (1, '{OLD}', 'hello'), (2, '{OLD}', 'x'), (3, '{OLD}', 'not there'); INSERT INTO words (rowid, body) SELECT id, body FROM logs WHERE id < 3;
    """)
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    [error] = report["errors"]
    assert "2 rows" in error["error"] and "rows of words went that triggers of the database delete and none puts back" in error["error"]
    assert restore(workspace, report)["rows_restored"] == {"logs": 3}
