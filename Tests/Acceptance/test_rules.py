"""Every key of a rule on its own: which rows it names, how it reads their times, how long they stay, and which it spares."""

import json

import pytest

from support.ruled import DAY, HOUR, MINUTE, NEW, OLD, ago, configure, fill, keys, rule, sweep, unix

LOGS = "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT)"

#: Declarations of a key, its columns, and rows of it: two that are old, one that is new.
KEYS = [
    ("id INTEGER PRIMARY KEY, at TEXT", "id", [(1,), (-5,), (3,)]),
    ("id INT PRIMARY KEY, at TEXT", "id", [(1,), (2**62,), (3,)]),
    ("id TEXT PRIMARY KEY, at TEXT", "id", [("a",), ("it's \"x\"",), ("ü",)]),
    ("id BLOB PRIMARY KEY, at TEXT", "id", [(b"\x00\xff",), (b"",), (b"\x01",)]),
    ("id TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID --", "id", [("a",), ("B",), ("c",)]),
    ("id BLOB PRIMARY KEY, at TEXT) WITHOUT ROWID --", "id", [(b"\x00",), (b"\x00\x00",), (b"\xff",)]),
    ('a TEXT, "b c" INT, at TEXT, PRIMARY KEY (a, "b c")', ["a", "b c"], [("x", 1), ("x", 2), ("y", 1)]),
    ('a TEXT, "b c" INT, at TEXT, PRIMARY KEY ("b c", a)) WITHOUT ROWID --', ["b c", "a"], [("x", 1), ("x", 2), ("y", 1)]),
    ('"Odd ""Name" TEXT PRIMARY KEY, at TEXT', 'Odd "Name', [("a",), ("b",), ("c",)]),
    ("number INT NOT NULL UNIQUE, at TEXT", "number", [(1,), (2,), (3,)]),
    ("a INT NOT NULL, b INT NOT NULL, at TEXT, UNIQUE (a, b)", ["a", "b"], [(1, 1), (1, 2), (2, 1)]),
]


@pytest.mark.parametrize(("declared", "key", "rows"), KEYS, ids=[declared for declared, _, _ in KEYS])
@pytest.mark.parametrize("is_said", [True, False], ids=["said", "primary"])
def test_a_key(workspace, declared, key, rows, is_said):
    if not is_said and "PRIMARY KEY" not in declared:
        pytest.skip("it has no primary key")
    fill(workspace, f"CREATE TABLE logs ({declared}\n)".replace("--\n)", ""), logs=[(*row, at) for row, at in zip(rows, (OLD, OLD, NEW))])
    configure(workspace, rule(**({"key": key} if is_said else {})))
    report, gone = sweep(workspace)
    assert report["rows_deleted"] == {"logs": 2} and {row[:-1] for row in gone["logs"]} == set(rows[:2])


@pytest.mark.parametrize(("declared", "key", "words"), [
    ("id INTEGER PRIMARY KEY, kind TEXT, at TEXT", "kind", "kind isn't unique in table logs"),
    ("id INTEGER PRIMARY KEY, kind TEXT, at TEXT, UNIQUE (kind, at)", "kind", "kind isn't unique in table logs"),
    ("a INT, kind TEXT, at TEXT, PRIMARY KEY (a, kind)", "a", "a isn't unique in table logs"),
    ("id INTEGER PRIMARY KEY, kind TEXT, at TEXT", ["kind", "at"], "kind, at isn't unique in table logs"),
    ("id INTEGER, kind TEXT, at TEXT", None, "table logs has no primary key"),
    ("id INTEGER PRIMARY KEY, kind TEXT, at TEXT", "ident", "table logs has no column ident"),
])
def test_a_key_that_names_no_one_row(workspace, declared, key, words):
    fill(workspace, f"CREATE TABLE logs ({declared}); CREATE TABLE more (id INTEGER PRIMARY KEY, at TEXT)", logs=[(1, "x", OLD)], more=[(1, OLD)])
    configure(workspace, rule(**({"key": key} if key else {})), rule("more"))
    assert words in workspace.command("check").exits(1).said
    report, gone = sweep(workspace, status="completed_with_errors")
    assert gone.keys() == {"more"}
    assert [error["operation"] for error in report["errors"]] == ["logs"] and words in report["errors"][0]["error"]


VALUES = [None, 0, 1, "0", "1", "true", "True", "false", 0.0, 1.5, "1.5", "null", "", "x"]


@pytest.mark.parametrize(("said", "meant"), [
    ([None], [None]),
    (["null"], ["null"]),
    ([0], [0, "0", 0.0]),
    (["0"], [0, "0", 0.0]),
    ([True], [1, "1", "true"]),
    ([False], [0, "0", "false", 0.0]),
    ([1.5], [1.5, "1.5"]),
    (["x", None], ["x", None]),
    ([""], [""]),
    (["True"], ["True"]),
])
@pytest.mark.parametrize("way", ["where", "where_not"])
def test_values(workspace, said, meant, way):
    """Whoever writes a number or a flag means it in whichever form the application keeps it; null is a value; text is itself."""
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, v)", logs=[(n, OLD, value) for n, value in enumerate(VALUES)])
    configure(workspace, rule(**{way: {"v": said}}))
    _, gone = sweep(workspace)
    wanted = {repr(value) for value in meant}
    assert {repr(row[2]) for row in gone.get("logs", [])} == {repr(v) for v in VALUES if (repr(v) in wanted) == (way == "where")}


def test_conditions_are_joined_by_and(workspace):
    rows = [(n, OLD, level, pinned) for n, (level, pinned) in enumerate([("a", 0), ("a", 1), ("b", 0), ("b", None), (None, 0), ("a", None)])]
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT, pinned INT)", logs=rows)
    configure(workspace, rule(where={"level": ["a", None], "pinned": [0, None]}, where_not={"pinned": [None]}))
    _, gone = sweep(workspace)
    assert keys(gone, "logs") == [0, 4]


def test_times_by_value(workspace):
    """A row whose value isn't named has no time, and stays."""
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, state, ended TEXT, began TEXT)", logs=[
        (1, "done", OLD, NEW), (2, "done", NEW, OLD), (3, "failed", NEW, OLD), (4, "failed", OLD, NEW), (5, "open", OLD, OLD),
        (6, None, NEW, OLD), (7, None, OLD, NEW), (8, 1, OLD, NEW), (9, "1", OLD, NEW), (10, "done", None, OLD),
    ])  # fmt: skip
    configure(workspace, rule(time={"column": "state", "times": {"done": "ended", "failed": "began", "null": "began", "1": "ended"}}))
    _, gone = sweep(workspace)
    assert keys(gone, "logs") == [1, 3, 6, 8, 9]


@pytest.mark.parametrize("auto", [True, False])
@pytest.mark.parametrize(("said", "unit"), [("unix", 1), ("unix_ms", 1_000), ("unix_us", 1_000_000)])
def test_numbers_for_times(workspace, said, unit, auto):
    rows = [(1, unix(400 * DAY, unit)), (2, unix(HOUR, unit)), (3, None), (4, 0), (5, unix(31 * DAY, unit)), (6, unix(29 * DAY, unit))]
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at BIGINT)", logs=rows)
    configure(workspace, rule(time_format="auto" if auto else said))
    _, gone = sweep(workspace)
    assert keys(gone, "logs") == [1, 5]


def test_a_unit_that_somebody_said_wrongly_reads_nothing(workspace):
    """Milliseconds read as seconds lie tens of thousands of years ahead, seconds read as milliseconds in 1970."""
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at BIGINT)", logs=[(1, unix(400 * DAY, 1_000)), (2, unix(400 * DAY))])
    configure(workspace, rule(time_format="unix"))
    report, gone = sweep(workspace)
    assert keys(gone, "logs") == [2] and report["skipped"]["unreadable"] == 1
    fill(workspace, "DELETE FROM logs", logs=[(1, unix(400 * DAY))])
    configure(workspace, rule(time_format="unix_ms"))
    assert sweep(workspace)[1] == {}


def test_text_alone_is_text(workspace):
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at)", logs=[(1, OLD), (2, unix(400 * DAY)), (3, "soon")])
    configure(workspace, rule(time_format="text"))
    report, gone = sweep(workspace)
    assert keys(gone, "logs") == [1] and report["skipped"]["unreadable"] == 2


@pytest.mark.parametrize(("zone", "gone_ids"), [("UTC", [1, 2]), ("Etc/GMT+12", [1]), ("Etc/GMT-14", [1, 2, 3])])
def test_a_time_zone_of_its_own(workspace, zone, gone_ids):
    """What carries no offset is read in the rule's own zone; what carries one isn't moved."""
    fill(workspace, LOGS, logs=[
        (1, ago(31 * DAY), ""), (2, ago(30 * DAY + HOUR), ""), (3, ago(30 * DAY - 13 * HOUR), ""), (4, ago(30 * DAY - HOUR)[:19] + "Z", ""),
    ])  # fmt: skip
    configure(workspace, rule(time_zone=zone), time_zone="UTC")
    assert keys(sweep(workspace)[1], "logs") == gone_ids


@pytest.mark.parametrize(("keep", "by", "gone_ids"), [
    ("forever", {}, []),
    ("forever", {"level": {"a": "10d"}}, [1, 2]),
    ("10d", {"level": {"a": "100d"}}, [1, 3, 4, 5, 6]),
    ("10d", {"level": {"a": "forever"}}, [3, 4, 5, 6]),
    ("100d", {"level": {"a": "10d", "b": "20d"}}, [1, 2, 3, 4, 5]),
    ("10d", {"level": {"a": "10d"}, "host": {"one": "100d"}}, [1, 2, 3, 5, 6]),
    ("10d", {"level": {"a": "forever"}, "host": {"one": "10d"}}, [3, 4, 5, 6]),
    ("100d", {"level": {"null": "10d"}}, [1, 3, 5, 6]),
])
def test_how_long_rows_stay(workspace, keep, by, gone_ids):
    fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT, host TEXT)", logs=[
        (1, ago(110 * DAY), "a", "one"), (2, ago(50 * DAY), "a", "two"), (3, ago(110 * DAY), "b", "two"), (4, ago(50 * DAY), "b", "one"),
        (5, ago(110 * DAY), None, None), (6, ago(50 * DAY), None, "two"), (7, ago(DAY), "b", "two"),
    ])  # fmt: skip
    configure(workspace, rule(keep=keep, keep_by=by))
    assert keys(sweep(workspace)[1], "logs") == gone_ids


def test_less_than_an_hour_is_said_twice(workspace):
    fill(workspace, LOGS, logs=[(1, ago(20 * MINUTE), ""), (2, ago(MINUTE), "")])
    configure(workspace, rule(keep="10m"))
    assert "keep_less_than_an_hour: true" in workspace.command("run").exits(2).err
    configure(workspace, rule(keep="10m", keep_less_than_an_hour=True))
    assert keys(sweep(workspace)[1], "logs") == [1]


def test_max_rows(workspace):
    fill(workspace, LOGS, logs=[(n, OLD, "") for n in range(10)])
    configure(workspace, rule(max_rows=4))
    for left in (6, 2, 0, 0):
        report, _ = sweep(workspace, again=False)
        assert workspace.query("SELECT count(*) FROM logs") == [(left,)], report


def test_a_rule_that_is_switched_off(workspace):
    fill(workspace, LOGS, logs=[(1, OLD, "")])
    configure(workspace, rule(enabled=False))
    report, gone = sweep(workspace)
    assert gone == {} and report["operations"] == []
    assert json.loads(workspace.command("run", "--json", "--only", "logs").out)["rows_deleted"] == {"logs": 1}, "asked for by name it runs"


@pytest.mark.parametrize("name", ["Logs", "main.logs", "MAIN.LOGS"])
def test_a_table_by_another_spelling(workspace, name):
    fill(workspace, LOGS, logs=[(1, OLD, "")])
    configure(workspace, rule(table=name, time="AT", key="ID"))
    assert keys(sweep(workspace)[1], "logs") == [1]


def test_a_point_in_a_tables_name(workspace):
    """SQLite has no schemas of the user's: `my.logs` is a table of that name, and never the table `logs`."""
    fill(workspace, LOGS, logs=[(1, OLD, "")])
    configure(workspace, rule(table="my.logs"))
    report, gone = sweep(workspace, status="completed_with_errors")
    assert gone == {} and "there is no table my.logs" in report["errors"][0]["error"]
    fill(workspace, 'CREATE TABLE "my.logs" (id INTEGER PRIMARY KEY, at TEXT)', **{"my.logs": [(7, OLD)]})
    assert sweep(workspace)[1].keys() == {"my.logs"}


def test_odd_names(workspace):
    fill(workspace, 'CREATE TABLE "lo""gs; --" ("i d" INTEGER PRIMARY KEY, "select" TEXT, "it\'s" TEXT)', **{'lo"gs; --': [(1, OLD, "a"), (2, NEW, "a"), (3, OLD, "b")]})
    configure(workspace, rule(table='lo"gs; --', time="select", where={"it's": ["a"]}, keep_newest={"count": 1, "per": ["it's"]}))
    report, gone = sweep(workspace)
    assert report["rows_deleted"] == {"logs": 1} and keys(gone, 'lo"gs; --') == [1]


@pytest.mark.parametrize("made", ["CREATE VIEW logs AS SELECT 1 AS id, 'x' AS at", "CREATE VIRTUAL TABLE logs USING fts5(at)"])
def test_what_is_no_table(workspace, made):
    fill(workspace, made + "; CREATE TABLE more (id INTEGER PRIMARY KEY, at TEXT)", more=[(1, OLD)])
    configure(workspace, rule(), rule("more"))
    report = workspace.run()
    assert report["rows_deleted"] == {"logs": 0, "more": 1} and "logs is a v" in report["errors"][0]["error"]


@pytest.mark.parametrize(("broken", "words"), [
    ({"table": "lgos"}, "there is no table lgos"),
    ({"time": "attt"}, "table logs has no column attt"),
    ({"where": {"levle": ["x"]}}, "table logs has no column levle"),
    ({"where_not": {"levle": ["x"]}}, "table logs has no column levle"),
    ({"keep_by": {"levle": {"x": "9d"}}}, "table logs has no column levle"),
    ({"keep_newest": {"count": 1, "per": ["levle"]}}, "table logs has no column levle"),
    ({"unless_referenced": [{"table": "marks", "column": "log"}]}, "there is no table marks"),
    ({"unless_referenced": [{"table": "more", "column": "log"}]}, "table more has no column log"),
    ({"dependents": [{"table": "lines", "column": "log"}]}, "there is no table lines"),
    ({"dependents": [{"table": "more", "column": "log"}]}, "table more has no column log"),
    ({"time": {"column": "levle", "times": {"x": "at"}}}, "table logs has no column levle"),
    ({"time": {"column": "level", "times": {"x": "attt"}}}, "table logs has no column attt"),
])
def test_a_rule_that_cannot_be_fails_alone(workspace, broken, words):
    fill(workspace, LOGS + "; CREATE TABLE more (id INTEGER PRIMARY KEY, at TEXT)", logs=[(1, OLD, "")], more=[(1, OLD)])
    configure(workspace, rule(**broken), rule("more"))
    assert words in workspace.command("check").exits(1).said
    report, gone = sweep(workspace, status="completed_with_errors")
    assert gone.keys() == {"more"} and len(report["errors"]) == 1
    error = report["errors"][0]
    assert error["operation"] == "logs" and words in error["error"] and "enabled: false" in error["error"], error
