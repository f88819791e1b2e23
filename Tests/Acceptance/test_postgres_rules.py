"""Random rules over tables of PostgreSQL's types, against the same model in Python that rules on SQLite are held against."""

import json

import pytest

from support.cli import moment
from support.exact import of_postgres
from support.postgres import cell
from support.rule_cases import Cases, settings
from support.rule_model import fate, key_of
from support.timestamps import Unreadable, now, read
from support.waiting import eventually

DATABASES = 6
RULES = 60


#: Columns that no rule looks at, and rows of them with each type's ends.
ODD_COLUMNS = {"number": "numeric", "real": "double precision", "big": "bigint", "raw": "bytea", "mood": "mood", "moment": "timestamptz", "words": "text[]"}
ODDS = [
    ("NaN", "NaN", 2**63 - 1, b"\0\xff", "it's \"fine\"", "infinity", ["a,b", None, ""]), ("1.500", "-0", -(2**63), b"", "so so", "-infinity", []),
    ("-0.0000001", "5e-324", 0, None, None, "0044-03-15 01:02:03.4+00 BC", None), (None, "-Infinity", None, b"\\x", "so so", "2026-03-29 02:30:00+02", ["NULL"]),
]  # fmt: skip


@pytest.fixture
def workspace(on_postgres):
    return on_postgres


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def key_type(case):
    return "bytea" if "BLOB" in case.declared else "varchar" if "CHAR" in case.declared else "text" if "TEXT" in case.declared else "bigint"


def write(workspace, cases, made, times):
    """Makes the tables and fills them; the cases' rows become what PostgreSQL can have of them."""
    words = {"DATETIME": times, "CHAR(32)": "varchar", "BLOB": "bytea", "INTEGER": "bigint", " WITHOUT ROWID": ""}
    parents = {f"{case.name}_{child}": key_type(case) for case in cases for child in ("marks", "lines")}
    odd_columns = ", ".join(f"{name} {kind}" for name, kind in ODD_COLUMNS.items())
    with workspace.connect() as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('so so', 'it''s \"fine\"')")
        for statement in made.statements:
            statement = statement.replace("odd BLOB", odd_columns)
            for theirs, ours in words.items():
                statement = statement.replace(theirs, ours)
            table = statement.split()[2]
            if table in parents:
                statement = f"CREATE TABLE {table} (id bigserial PRIMARY KEY, parent {parents[table]})"
            connection.execute(statement)
        for case in cases:
            for number, row in enumerate(case.rows):
                stored = dict(row) | dict(zip(ODD_COLUMNS, ODDS[number % len(ODDS)]))
                del stored["odd"]
                for column in ("started", "ended"):
                    if case.time_format == "text":
                        stored[column] = cell("timestamp", row[column], times)
                        row[column] = meant(row[column])
                names = ", ".join(map(quoted, stored))
                marks = ", ".join(["%s"] * len(stored))
                connection.execute(f"INSERT INTO {case.name} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", list(stored.values()))
        for statement, values in made.inserts:
            with connection.cursor() as cursor:
                cursor.executemany(statement.replace("?", "%s"), values)


def meant(value):
    """What is left of a time: nothing where it means nothing, and a word where it can't be read."""
    try:
        return value if read(value) is not None else None
    except Unreadable:
        return "infinity"


def contents(workspace, cases):
    found = {}
    with workspace.connect() as connection:
        for case in cases:
            keys = connection.execute(f"SELECT {', '.join(map(quoted, case.key))} FROM {case.name}").fetchall()
            lines = connection.execute(f"SELECT count(*) FROM {case.name}_lines").fetchone()[0] if case.dependents else 0
            found[case.name] = (set(keys), lines)
    return found


@pytest.mark.parametrize("seed", range(DATABASES))
def test_preview_run_and_second_run_agree_with_the_model(workspace, seed):
    made = Cases(seed + 1_000, now())
    cases = made.make(RULES)
    write(workspace, cases, made, ("timestamptz", "timestamp")[seed % 2])
    workspace.configure(settings(cases))
    before, whole = contents(workspace, cases), of_postgres(workspace)
    for case in cases:
        case.rows = [row for row in case.rows if key_of(case, row) in before[case.name][0]]

    preview = workspace.preview()
    assert contents(workspace, cases) == before
    report = workspace.run()
    after = contents(workspace, cases)
    assert report["errors"] == [] and preview["errors"] == []
    fates = {case.name: fate(case, moment(report["started_at"])) for case in cases}
    rows = {case.name: min(len(fates[case.name].gone), case.max_rows or 10**9) for case in cases}
    for case in cases:
        gone = before[case.name][0] - after[case.name][0]
        ours = fates[case.name]
        assert gone <= ours.gone and len(gone) == rows[case.name], (case, gone ^ ours.gone)
        lines = before[case.name][1] - after[case.name][1]
        assert lines == sum((value,) in gone for value in case.dependents), case
        for said in (preview, report):
            assert said["rows_deleted"][case.name] == rows[case.name], (case, said["rows_deleted"][case.name])
            assert said["dependents_deleted"].get(case.name, 0) == lines, case
    assert preview["skipped"].get("unreadable", 0) == report["skipped"].get("unreadable", 0)

    second = workspace.run()
    left = {case.name: len(fates[case.name].gone) - rows[case.name] for case in cases}
    assert second["rows_deleted"] == {case.name: min(left[case.name], case.max_rows or 10**9) for case in cases}

    for run in [second] * any(second["rows_deleted"].values()) + [report]:
        restored = json.loads(workspace.command("restore", run["run_id"], "--json").exits(0).out)
        assert set(restored["rows_not_restored"].values()) == {0}
    assert of_postgres(workspace) == whole, "to the bit"


def test_nothing_goes_for_the_sake_of_a_row_that_stays(workspace):
    """What the database refuses keeps its dependents: by a foreign key, which is asked about, and by a trigger, which has to be tried."""
    workspace.execute(
        """CREATE TABLE logs (id int PRIMARY KEY, at timestamptz); CREATE INDEX ON logs (at);
           CREATE TABLE pin (log int REFERENCES logs); CREATE TABLE line (id serial PRIMARY KEY, log int); CREATE INDEX ON line (log);
           INSERT INTO logs SELECT n, now() - interval '20 days' FROM generate_series(1, 40) AS n;
           INSERT INTO line (log) SELECT n FROM generate_series(1, 40) AS n, generate_series(1, 3); INSERT INTO pin VALUES (7)"""
    )
    workspace.configure({"preset": "none", "limits": {"surge": "none"}, "rules": [
        {"name": "logs", "table": "logs", "time": "at", "keep": "7d", "dependents": [{"table": "line", "column": "log"}]}
    ]})  # fmt: skip
    with workspace.connect() as connection:
        connection.execute("UPDATE logs SET at = now() WHERE id > 20")
    for how in ("preview", "run"):
        report = json.loads(workspace.command(how, "--json").exits(3).out)
        assert report["rows_deleted"] == {"logs": 19} and len(report["errors"]) == 1, (how, report)
        assert report["dependents_deleted"] == {"logs": 57}, (how, report)
    assert workspace.query("SELECT log, count(*) FROM line WHERE log <= 20 GROUP BY log") == [(7, 3)]
    workspace.execute(
        """CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF old.id = 30 THEN RAISE EXCEPTION 'not this one'; END IF; RETURN old; END $$;
           CREATE TRIGGER keep BEFORE DELETE ON logs FOR EACH ROW EXECUTE FUNCTION keep();
           UPDATE logs SET at = now() - interval '20 days'"""
    )
    # A new trigger holds the operation until somebody says that it is right.
    workspace.command("run").exits(3)
    workspace.command("approve", "logs").exits(0)
    report = json.loads(workspace.command("run", "--json").exits(3).out)
    assert report["rows_deleted"] == {"logs": 19} and len(report["errors"]) == 2, report
    assert sorted(workspace.query("SELECT log, count(*) FROM line GROUP BY log")) == [(7, 3), (30, 3)]
    # So does one that does something else by now, under the same name.
    workspace.execute("CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM line; RETURN old; END $$")
    held = json.loads(workspace.command("run", "--json").exits(3).out)["held"]
    assert [each["operation"] for each in held] == ["logs"] and "trigger keep does something else now" in held[0]["message"], held


#: Many rows refer to few, so that the planner thinks it finds one soon wherever it begins.
LOPSIDED = """
CREATE TABLE log (id bigint PRIMARY KEY, at timestamptz);
CREATE TABLE marks (log bigint);
CREATE INDEX ON log (at);
CREATE INDEX ON marks (log);
INSERT INTO log SELECT n, now() - interval '40 days' FROM generate_series(1, 3000) AS n;
INSERT INTO marks SELECT 1 + n % 50 FROM generate_series(1, 20000) AS n;
ANALYZE;
"""


def test_what_rows_are_named_by_is_looked_up_by_its_index(workspace):
    workspace.execute(LOPSIDED)
    workspace.configure({"preset": "none", "limits": {"surge": "none"}, "rules": [
        {"name": "old_logs", "table": "log", "time": "at", "keep": "30d", "unless_referenced": [{"table": "marks", "column": "log"}]}]})  # fmt: skip
    workspace.execute("SELECT pg_stat_reset()")
    for command in ("preview", "run"):
        report = workspace.command(command, "--json").exits(0).report
        assert report["rows_deleted"] == {"old_logs": 2_950}, (command, report)
    quiet = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    eventually(lambda: workspace.query(quiet)[0][0] == 0, "the runs' connections are gone", 60)
    (scans,), = workspace.query("SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'marks'")
    assert scans < 50
