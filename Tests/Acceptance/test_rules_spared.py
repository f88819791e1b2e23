"""What a rule spares: the newest rows of a group, and rows that others name; and several rules on one table, of which each row is one's."""

import pytest

from support.ruled import DAY, NEW, OLD, ago, configure, fill, keys, rule, sweep

LOGS = "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level TEXT)"
ROWID = pytest.mark.parametrize("rowid", ["", " WITHOUT ROWID"], ids=["rowid", "without"])


class TestNewest:
    def test_of_all(self, workspace):
        fill(workspace, LOGS, logs=[(n, ago((100 + n) * DAY), "") for n in range(10)])
        configure(workspace, rule(keep_newest={"count": 3}))
        assert keys(sweep(workspace)[1], "logs") == list(range(3, 10))

    def test_of_each_group(self, workspace):
        """NULL is a group of its own, and so are text and number; a row that is named by `where` counts like any other."""
        values = ["a", "a", "a", None, None, 1, "1", "b"]
        fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, level)", logs=[(n, ago((100 + n) * DAY), v) for n, v in enumerate(values)])
        configure(workspace, rule(keep_newest={"count": 1, "per": ["level"]}))
        assert keys(sweep(workspace)[1], "logs") == [1, 2, 4]

    def test_of_several_columns(self, workspace):
        rows = [(n, ago((100 + n) * DAY), a, b) for n, (a, b) in enumerate([("x", 1), ("x", 1), ("x", 2), ("y", 1), ("y", 1), ("y", None), ("y", None)])]
        fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, a TEXT, b INT)", logs=rows)
        configure(workspace, rule(keep_newest={"count": 1, "per": ["a", "b"]}))
        assert keys(sweep(workspace)[1], "logs") == [1, 4, 6]

    @pytest.mark.parametrize(("declared", "ids"), [("id INTEGER PRIMARY KEY", [9, 10, 11]), ("id TEXT PRIMARY KEY", ["10", "11", "9"])])
    def test_ties_go_to_the_larger_key(self, workspace, declared, ids):
        fill(workspace, f"CREATE TABLE logs ({declared}, at TEXT)", logs=[(key, OLD) for key in (ids[2], ids[0], ids[1])])
        configure(workspace, rule(keep_newest={"count": 1}))
        assert keys(sweep(workspace)[1], "logs") == sorted(ids[:2], key=repr)

    def test_what_has_no_time_takes_no_place(self, workspace):
        """Rows in the future, unreadable ones, unset ones and NULL aren't among the newest; whom `where` leaves out is."""
        fill(workspace, LOGS, logs=[
            (1, ago(-2 * DAY), "x"), (2, "soon", "x"), (3, "1970-01-01 00:00:00", "x"), (4, None, "x"), (5, NEW, "other"),
            (6, ago(100 * DAY), "x"), (7, ago(200 * DAY), "x"),
        ])  # fmt: skip
        configure(workspace, rule(where={"level": ["x"]}, keep_newest={"count": 2}))
        assert keys(sweep(workspace)[1], "logs") == [7]

    def test_with_times_by_value(self, workspace):
        fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, state TEXT, a TEXT, b TEXT)", logs=[
            (1, "x", ago(100 * DAY), NEW), (2, "y", NEW, ago(90 * DAY)), (3, "z", NEW, NEW), (4, "x", ago(80 * DAY), None), (5, "y", None, ago(300 * DAY)),
        ])  # fmt: skip
        configure(workspace, rule(time={"column": "state", "times": {"x": "a", "y": "b"}}, keep_newest={"count": 2}))
        assert keys(sweep(workspace)[1], "logs") == [1, 5]

    def test_beside_max_rows(self, workspace):
        """The newest stay in every run, however many runs it takes."""
        fill(workspace, LOGS, logs=[(n, ago((100 + n) * DAY), "ab"[n % 2]) for n in range(12)])
        configure(workspace, rule(keep_newest={"count": 2, "per": ["level"]}, max_rows=3))
        for left in (9, 6, 4, 4):
            sweep(workspace, again=False)
            assert workspace.query("SELECT count(*) FROM logs") == [(left,)]
        assert workspace.query("SELECT id FROM logs") == [(0,), (1,), (2,), (3,)]

    def test_after_a_rule_that_took_some(self, workspace):
        """What an earlier rule of the run deletes isn't among the newest any more."""
        fill(workspace, LOGS, logs=[(n, ago((100 + n) * DAY), "ab"[n < 3]) for n in range(6)])
        configure(workspace, rule("first", "logs", where={"level": ["b"]}), rule(keep_newest={"count": 2}))
        report, gone = sweep(workspace)
        assert report["rows_deleted"] == {"first": 3, "logs": 1} and keys(gone, "logs") == [0, 1, 2, 5]


class TestReferences:
    def test_rows_that_are_named_stay(self, workspace):
        fill(workspace, LOGS + "; CREATE TABLE marks (log); CREATE TABLE pins (x, log)", logs=[(n, OLD, "") for n in range(1, 7)],
             marks=[(1,), ("2",), (None,), (99,)], pins=[(None, 3)])  # fmt: skip
        configure(workspace, rule(unless_referenced=[{"table": "marks", "column": "log"}, {"table": "pins", "column": "log"}]))
        report, gone = sweep(workspace)
        assert keys(gone, "logs") == [4, 5, 6] and report["skipped"]["referenced"] == 3

    def test_rows_may_name_others_of_their_own_table(self, workspace):
        fill(workspace, "CREATE TABLE logs (id INTEGER PRIMARY KEY, at TEXT, parent INT)", logs=[(1, OLD, None), (2, NEW, 1), (3, OLD, None), (4, OLD, 4)])
        configure(workspace, rule(unless_referenced=[{"table": "logs", "column": "parent"}]))
        _, gone = sweep(workspace)
        assert keys(gone, "logs") == [3]

    @ROWID
    def test_rows_that_an_earlier_rule_deletes_name_nobody(self, workspace, rowid):
        fill(workspace, LOGS + f"; CREATE TABLE marks (id TEXT PRIMARY KEY, log INT, at TEXT){rowid}", logs=[(n, OLD, "") for n in (1, 2, 3)],
             marks=[("a", 1, OLD), ("b", 2, NEW), ("c", 3, OLD), ("d", 3, NEW)])  # fmt: skip
        configure(workspace, rule("marks"), rule(unless_referenced=[{"table": "marks", "column": "log"}]))
        assert keys(sweep(workspace)[1], "logs") == [1]

    @ROWID
    @pytest.mark.parametrize("way", ["cascade", "dependents"])
    def test_nor_do_rows_that_go_with_those(self, workspace, rowid, way):
        key = "REFERENCES users (id) ON DELETE CASCADE" if way == "cascade" else ""
        fill(workspace, LOGS + f"; CREATE TABLE users (id INTEGER PRIMARY KEY, at TEXT); CREATE TABLE marks (id TEXT PRIMARY KEY, log INT, user INT {key}){rowid}",
             users=[(1, OLD), (2, NEW)], logs=[(n, OLD, "") for n in (1, 2, 3)], marks=[("a", 1, 1), ("b", 2, 2), ("c", None, 1)])  # fmt: skip
        users = rule("users", **({"dependents": [{"table": "marks", "column": "user"}]} if way == "dependents" else {}))
        configure(workspace, users, rule(unless_referenced=[{"table": "marks", "column": "log"}]))
        report, gone = sweep(workspace)
        assert keys(gone, "logs") == [1, 3] and report["dependents_deleted"] == {"users": 2, "logs": 0}


class TestTwoRules:
    @pytest.mark.parametrize("declared", [
        "id INTEGER PRIMARY KEY, at TEXT, level TEXT", "id TEXT PRIMARY KEY, at TEXT, level TEXT", "id TEXT PRIMARY KEY, at TEXT, level TEXT) WITHOUT ROWID --",
        "id TEXT, at TEXT, level TEXT, PRIMARY KEY (level, id)) WITHOUT ROWID --",
    ])  # fmt: skip
    def test_a_row_is_counted_once(self, workspace, declared):
        fill(workspace, f"CREATE TABLE logs ({declared}\n)".replace("--\n)", ""), logs=[(str(n), OLD if n < 4 else NEW, "ab"[n % 2]) for n in range(6)])
        configure(workspace, rule("some", "logs", where={"level": ["a"]}), rule("all_of_them", "logs"), rule("again", "logs"))
        report, _ = sweep(workspace)
        assert report["rows_deleted"] == {"some": 2, "all_of_them": 2, "again": 0}

    @pytest.mark.parametrize(("first", "expected"), [
        ({}, {"parents": 6, "kids": 2}),
        ({"max_rows": 2}, {"parents": 2, "kids": 6}),
        ({"keep_newest": {"count": 2}}, {"parents": 4, "kids": 4}),
        ({"unless_referenced": [{"table": "marks", "column": "parent"}]}, {"parents": 4, "kids": 4}),
    ])  # fmt: skip
    @ROWID
    def test_the_second_finds_what_the_first_has_left(self, workspace, first, expected, rowid):
        """Rows that went along with those of an earlier rule are nobody's any more; those that it left are the later one's."""
        fill(workspace, f"""CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT); CREATE TABLE marks (parent INT);
             CREATE TABLE kids (id TEXT PRIMARY KEY, at TEXT, parent INT REFERENCES parents (id) ON DELETE CASCADE){rowid}""",
             parents=[(n, ago((400 - n) * DAY)) for n in range(1, 7)], marks=[(1,), (2,)],
             kids=[(f"k{n}", OLD, n) for n in range(1, 7)] + [("x", OLD, None), ("y", OLD, None)])  # fmt: skip
        configure(workspace, rule("parents", **first), rule("kids"))
        report, _ = sweep(workspace, again="max_rows" not in first)
        assert report["rows_deleted"] == expected and report["dependents_deleted"] == {"parents": expected["parents"], "kids": 0}

    def test_over_two_keys(self, workspace):
        """Rows go along through a table in between, and through two columns, once."""
        fill(workspace, """CREATE TABLE a (id INTEGER PRIMARY KEY, at TEXT);
             CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id) ON DELETE CASCADE);
             CREATE TABLE c (id INTEGER PRIMARY KEY, at TEXT, b INT REFERENCES b (id) ON DELETE CASCADE, a INT REFERENCES a (id) ON DELETE CASCADE)""",
             a=[(1, OLD), (2, NEW)], b=[(1, 1), (2, 1), (3, 2)], c=[(1, OLD, 1, 1), (2, OLD, 2, None), (3, OLD, 3, 2), (4, OLD, None, 1), (5, NEW, 3, 1)])  # fmt: skip
        configure(workspace, rule("a"), rule("c"))
        report, gone = sweep(workspace)
        assert report["rows_deleted"] == {"a": 1, "c": 1} and report["dependents_deleted"] == {"a": 6, "c": 0}
        assert keys(gone, "c") == [1, 2, 3, 4, 5]

    def test_the_newest_are_counted_without_what_went_along(self, workspace):
        fill(workspace, """CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT);
             CREATE TABLE kids (id INTEGER PRIMARY KEY, at TEXT, parent INT REFERENCES parents (id) ON DELETE CASCADE)""",
             parents=[(1, OLD), (2, NEW)], kids=[(n, ago((100 + n) * DAY), 1 + n % 2) for n in range(8)])  # fmt: skip
        configure(workspace, rule("parents"), rule("kids", keep_newest={"count": 2}))
        report, _ = sweep(workspace)
        assert report["rows_deleted"] == {"parents": 1, "kids": 2} and workspace.query("SELECT id FROM kids") == [(1,), (3,)]
