"""Rules over small tables made by hand: preview, run, second run and the rows themselves held against each other."""

from collections import Counter
from datetime import datetime, timedelta, timezone

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def ago(age):
    """A time so long ago, as most applications write one."""
    return (datetime.now(timezone.utc) - age).strftime("%Y-%m-%d %H:%M:%S.%f")


def unix(age, unit=1):
    return int((datetime.now(timezone.utc) - age).timestamp() * unit)


#: Older than every rule of these tests keeps, and younger.
OLD, NEW = ago(400 * DAY), ago(MINUTE)


def rule(name="logs", table=None, **said):
    """A rule over the table of its own name whose time is `at`, where nothing else is said."""
    return {"name": name, "table": table or name, "time": "at", "keep": "30d"} | said


def configure(workspace, *rules, **settings):
    return workspace.configure({"preset": "none", "rules": list(rules)} | settings)


def fill(workspace, script, **rows):
    """Makes tables by a script, and fills them by name."""
    workspace.execute(script)
    for table, values in rows.items():
        add(workspace, table, values)


def add(workspace, table, values):
    from support.schema import connect

    connection = connect(workspace.database)
    try:
        connection.execute("BEGIN")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        name = '"' + table.replace('"', '""') + '"'
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(values[0]))})", values)
        connection.execute("COMMIT")
    finally:
        connection.close()


def contents(workspace):
    """All rows of all tables of the application's, counted, by table."""
    names = [row[0] for row in workspace.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    return {name: Counter(workspace.query('SELECT * FROM "' + name.replace('"', '""') + '"')) for name in names}


def lost(before, after):
    """The rows that are missing, sorted, by table; nothing may have come or changed."""
    for table in before:
        assert not after[table] - before[table], f"{table} has rows that it hadn't: {after[table] - before[table]}"
    return {table: sorted((before[table] - after[table]).elements(), key=repr) for table in before if before[table] - after[table]}


def sweep(workspace, *options, status="completed", again=True):
    """Previews, runs, and runs again; gives the run's report and the rows that went, by table.

    The preview changes nothing and says what the run then does; the rows that went are as many as both say; a second run finds nothing.
    """
    before = contents(workspace)
    preview = workspace.preview(*options)
    assert contents(workspace) == before, "a preview changed rows"
    report = workspace.run(*options)
    gone = lost(before, contents(workspace))
    assert (preview["status"], report["status"]) == (status, status), (preview, report)
    for name in ("rows_deleted", "dependents_deleted", "skipped"):
        assert preview[name] == report[name], f"{name}: preview {preview[name]}, run {report[name]}"
    assert sorted(map(str, preview["errors"])) == sorted(map(str, report["errors"]))
    said = sum(report["rows_deleted"].values()) + sum(report["dependents_deleted"].values())
    assert said == sum(map(len, gone.values())), (report["rows_deleted"], report["dependents_deleted"], gone)
    assert workspace.integrity() == ["ok"]
    if again:
        second = workspace.run(*options)
        assert not any(second["rows_deleted"].values()) and not any(second["dependents_deleted"].values()), second
    return report, gone


def keys(gone, table, column=0):
    """The first column's values of the rows that went from a table."""
    return [row[column] for row in gone.get(table, [])]
