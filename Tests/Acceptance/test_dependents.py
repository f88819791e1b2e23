"""Rows of other tables that go with those of a rule: whatever keys lead there, and only for rows that then go themselves."""

import pytest

from support.ruled import NEW, OLD, configure, fill, keys, rule, sweep

PARENTS = "CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT)"
KIDS = [{"table": "kids", "column": "parent"}]

#: What leads from the kids to their parents, and an index on it or none.
LINKS = [
    "", "REFERENCES parents (id)", "REFERENCES parents (id) ON DELETE CASCADE", "REFERENCES parents (id) ON DELETE RESTRICT",
    "REFERENCES parents (id) ON DELETE SET NULL", "REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED", "REFERENCES parents",
]  # fmt: skip
KEYS = ["id INTEGER PRIMARY KEY", "id TEXT PRIMARY KEY", "id TEXT PRIMARY KEY) WITHOUT ROWID --", "id BLOB PRIMARY KEY", "id INT"]


def kid(key, number):
    return number if "INT" in key else b"k%d" % number if "BLOB" in key else f"k{number}"


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("index", [True, False], ids=["indexed", "bare"])
def test_every_link(workspace, link, index):
    """What goes with the dependents in turn is counted, and everything once."""
    fill(workspace, f"""{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT {link});
         CREATE TABLE grandkids (id INTEGER PRIMARY KEY, kid INT REFERENCES kids (id) ON DELETE CASCADE)""",
         parents=[(1, OLD), (2, OLD), (3, NEW), (4, OLD)], kids=[(1, 1), (2, 1), (3, 2), (4, 3), (5, None)], grandkids=[(1, 1), (2, 1), (3, 4), (4, 3)])  # fmt: skip
    if index:
        fill(workspace, "CREATE INDEX by_parent ON kids (parent); CREATE INDEX by_kid ON grandkids (kid)")
    configure(workspace, rule("parents", dependents=KIDS))
    report, gone = sweep(workspace)
    assert (keys(gone, "parents"), keys(gone, "kids"), keys(gone, "grandkids")) == ([1, 2, 4], [1, 2, 3], [1, 2, 4])
    assert report["dependents_deleted"] == {"parents": 6}


@pytest.mark.parametrize("key", KEYS)
def test_every_key(workspace, key):
    """Two columns of one table name parents; afterwards the table's own rule finds the rest."""
    rows = [(kid(key, n), OLD, n % 3, (n + 1) % 4) for n in range(1, 13)]
    table = f"CREATE TABLE kids ({key.removesuffix(') WITHOUT ROWID --')}, at TEXT, p INT, q INT){' WITHOUT ROWID' if 'WITHOUT' in key else ''}"
    fill(workspace, f"{PARENTS}; {table}; CREATE UNIQUE INDEX ids ON kids (id)", parents=[(1, OLD), (2, OLD), (3, NEW)], kids=rows)
    configure(workspace, rule("parents", dependents=[{"table": "kids", "column": "p"}, {"table": "kids", "column": "q"}]), rule("kids", key="id"))
    report, _ = sweep(workspace)
    along = [row for row in rows if {row[2], row[3]} & {1, 2}]
    assert report["dependents_deleted"]["parents"] == len(along) and report["rows_deleted"]["kids"] == 12 - len(along)


@pytest.mark.parametrize("key", [["a"], "primary"])
def test_parents_by_another_key(workspace, key):
    """Dependents name the parents by the key that the rule says; a key of two columns can't be named by one."""
    fill(workspace, "CREATE TABLE parents (a TEXT UNIQUE NOT NULL, b INT, at TEXT, PRIMARY KEY (a, b)); CREATE TABLE kids (parent TEXT)",
         parents=[("x", 1, OLD), ("y", 2, NEW)], kids=[("x",), ("x",), ("y",), ("1",)])  # fmt: skip
    if key == "primary":
        configure(workspace, rule("parents", dependents=KIDS))
        report, gone = sweep(workspace, status="completed_with_errors")
        assert gone == {} and "go by one column, and the key of parents has 2: a, b" in report["errors"][0]["error"]
    else:
        configure(workspace, rule("parents", key=key, dependents=KIDS))
        _, gone = sweep(workspace)
        assert gone["kids"] == [("x",), ("x",)]


def test_several_tables(workspace):
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT); CREATE TABLE notes (parent TEXT); CREATE TABLE off (parent INT)",
         parents=[(n, OLD) for n in range(1, 4)], kids=[(n, n % 4) for n in range(12)], notes=[(str(n % 4),) for n in range(8)], off=[(1,), (2,)])  # fmt: skip
    off = {"table": "off", "column": "parent", "enabled": False}
    configure(workspace, rule("parents", dependents=[*KIDS, {"table": "notes", "column": "parent"}, off]))
    report, gone = sweep(workspace)
    assert {table: len(rows) for table, rows in gone.items()} == {"parents": 3, "kids": 9, "notes": 6}
    assert report["dependents_deleted"] == {"parents": 15}


def test_dependents_that_stay(workspace):
    """What somebody names stays, and its parent goes all the same."""
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT); CREATE TABLE marks (kid INT)",
         parents=[(1, OLD), (2, OLD)], kids=[(1, 1), (2, 1), (3, 2)], marks=[(2,), (3,)])  # fmt: skip
    configure(workspace, rule("parents", dependents=[KIDS[0] | {"unless_referenced": [{"table": "marks", "column": "kid"}]}]))
    _, gone = sweep(workspace)
    assert (keys(gone, "parents"), keys(gone, "kids")) == ([1, 2], [1])


def test_dependents_that_stay_and_hold_their_parent(workspace):
    """With a foreign key the parent can't go without them: then nothing of it goes."""
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT REFERENCES parents (id)); CREATE TABLE marks (kid INT)",
         parents=[(1, OLD), (2, OLD)], kids=[(1, 1), (2, 1), (3, 2)], marks=[(2,)])  # fmt: skip
    configure(workspace, rule("parents", dependents=[KIDS[0] | {"unless_referenced": [{"table": "marks", "column": "kid"}]}]))
    _, gone = sweep(workspace, status="completed_with_errors")
    assert (keys(gone, "parents"), keys(gone, "kids")) == ([2], [3])


@pytest.mark.parametrize("hurdle", [
    "CREATE TABLE notes (parent INT REFERENCES parents (id)); INSERT INTO notes VALUES (1)",
    "CREATE TABLE notes (parent INT REFERENCES parents (id) ON DELETE RESTRICT); INSERT INTO notes VALUES (1)",
    "CREATE TABLE notes (parent INT REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO notes VALUES (1)",
    "CREATE TABLE notes (parent INT NOT NULL REFERENCES parents (id) ON DELETE SET NULL); INSERT INTO notes VALUES (1)",
    "CREATE TRIGGER keep BEFORE DELETE ON parents WHEN old.id = 1 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    "CREATE TRIGGER keep AFTER DELETE ON parents WHEN old.id = 1 BEGIN SELECT RAISE(FAIL, 'not this one'); END",
    "CREATE TRIGGER keep BEFORE DELETE ON parents WHEN old.id = 1 BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER keep BEFORE DELETE ON kids WHEN old.id = 2 BEGIN SELECT RAISE(ABORT, 'not this one'); END",
    "CREATE TABLE toys (kid INT REFERENCES kids (id)); INSERT INTO toys VALUES (2)",
])  # fmt: skip
@pytest.mark.parametrize("link", ["", "REFERENCES parents (id)", "REFERENCES parents (id) ON DELETE CASCADE"])
def test_nothing_goes_for_the_sake_of_a_row_that_stays(workspace, hurdle, link):
    """A parent that the database won't delete keeps what belongs to it; so does one of whose dependents a single one may not go."""
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT {link})",
         parents=[(1, OLD), (2, OLD), (3, OLD)], kids=[(1, 1), (2, 1), (3, 2), (4, 1)])  # fmt: skip
    fill(workspace, hurdle)
    configure(workspace, rule("parents", dependents=KIDS))
    report, gone = sweep(workspace, status="completed_with_errors")
    assert (keys(gone, "parents"), keys(gone, "kids")) == ([2, 3], [3])
    assert len(report["errors"]) == 1 and "row 1" in report["errors"][0]["error"], report["errors"]


def test_parents_that_name_each_other(workspace):
    """Children before their parents, whatever the order in which the table has them, each with its own dependents."""
    fill(workspace, "CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT, above INT REFERENCES parents (id)); CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT)",
         parents=[(1, OLD, None), (2, OLD, 1), (3, OLD, 2), (4, OLD, None), (5, NEW, 4)], kids=[(n, n) for n in range(1, 6)])  # fmt: skip
    configure(workspace, rule("parents", dependents=KIDS))
    report, gone = sweep(workspace, status="completed_with_errors")
    assert (keys(gone, "parents"), keys(gone, "kids")) == ([1, 2, 3], [1, 2, 3])
    assert len(report["errors"]) == 1 and "row 4" in report["errors"][0]["error"]


def test_dependents_are_told_by_their_bytes(workspace):
    """A number in either form is the same name; what only a column's collation or affinity takes for the same is another's."""
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (parent TEXT COLLATE NOCASE); CREATE TABLE names (id TEXT PRIMARY KEY, at TEXT)",
         parents=[(1, OLD), (2, OLD)], names=[("abc", OLD)], kids=[("1",), ("01",), ("2",), ("1.5",), ("ABC",), ("abc",)])  # fmt: skip
    configure(workspace, rule("parents", dependents=KIDS), rule("names", dependents=KIDS))
    report, gone = sweep(workspace)
    assert gone["kids"] == [("1",), ("2",), ("abc",)] and report["rows_deleted"] == {"parents": 2, "names": 1}


def test_a_limit_of_rows_counts_parents(workspace):
    fill(workspace, f"{PARENTS}; CREATE TABLE kids (id INTEGER PRIMARY KEY, parent INT)", parents=[(n, OLD) for n in range(1, 6)],
         kids=[(n, 1 + n % 5) for n in range(20)])  # fmt: skip
    configure(workspace, rule("parents", dependents=KIDS, max_rows=2))
    for left in (3, 1, 0):
        report, gone = sweep(workspace, again=False)
        assert workspace.query("SELECT count(*) FROM parents") == [(left,)] and report["dependents_deleted"] == {"parents": 4 * len(gone["parents"])}


def test_dependents_may_be_of_the_parents_own_table(workspace):
    fill(workspace, "CREATE TABLE parents (id INTEGER PRIMARY KEY, at TEXT, above INT)",
         parents=[(1, OLD, None), (2, NEW, 1), (3, NEW, 2), (4, OLD, None), (5, OLD, 4)])  # fmt: skip
    configure(workspace, rule("parents", dependents=[{"table": "parents", "column": "above"}]))
    report, gone = sweep(workspace)
    assert keys(gone, "parents") == [1, 2, 4, 5]
    assert report["rows_deleted"]["parents"] + report["dependents_deleted"]["parents"] == 4


def test_what_two_rows_share_isn_t_one_s_to_take_along(workspace):
    """`of` names a column that isn't unique: the dependents of a row that stays would go."""
    workspace.execute(
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY, tag TEXT, at TEXT); CREATE TABLE runs (id INTEGER PRIMARY KEY, tag TEXT);"
        "INSERT INTO jobs VALUES (1, 'a', '2020-01-01 00:00:00'), (2, 'a', '2999-01-01 00:00:00'); INSERT INTO runs VALUES (1, 'a');"
    )
    rule = {"name": "jobs", "table": "jobs", "time": "at", "keep": "30d", "dependents": [{"table": "runs", "column": "tag", "of": "tag"}]}
    workspace.configure({"preset": "none", "rules": [rule]})
    report = workspace.command("run", "--json").report
    assert report["rows_deleted"]["jobs"] == 0 and "tag isn't unique in table jobs" in report["errors"][0]["error"]
    assert workspace.query("SELECT count(*) FROM runs") == [(1,)]
    workspace.execute("DELETE FROM jobs WHERE id = 2; CREATE UNIQUE INDEX tags ON jobs (tag);")
    report = workspace.command("run", "--json").report
    assert (report["rows_deleted"]["jobs"], report["dependents_deleted"]["jobs"]) == (1, 1)
