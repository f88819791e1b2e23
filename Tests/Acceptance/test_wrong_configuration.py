"""Wrong configuration: exit code 2 and an error that names the key, the line and the nearest right spelling; nothing is touched."""

import re

import pytest

from support.faults import work_for_all

#: Name, file, the line at fault (None: the file as a whole), and what the error must say besides.
WRONG = [
    ("unknown key", "schedul:\n  every: 30m\n", 1, ["schedul", "schedule"]),
    ("unknown key, second", "schedule:\n  every: 30m\nopertions: {}\n", 3, ["opertions", "operations"]),
    ("unknown in schedule", "schedule:\n  # often\n  evry: 30m\n", 3, ["evry", "every"]),
    ("unknown in flow style", "schedule: {every: 30m,\n  misfire_grac: 5m}\n", 2, ["misfire_grac", "misfire_grace"]),
    ("unknown operation", "operations:\n  old_job: {keep: 3d}\n", 2, ["old_job", "old_jobs"]),
    ("unknown in an operation", "operations:\n  old_jobs:\n    kep: 3d\n", 3, ["kep", "keep"]),
    ("of another operation", "operations:\n  old_downloads:\n    keep_by_status: {failed: 3d}\n", 3, ["keep_by_status"]),
    ("unknown status", "operations:\n  old_jobs:\n    keep_by_status:\n      faild: 3d\n", 4, ["faild", "failed"]),
    ("unknown column", "tables:\n  jobs:\n    completd_at: ended\n", 3, ["completd_at", "completed_at"]),
    ("unknown table", "tables:\n  download: {table: x}\n", 2, ["download", "downloads"]),
    ("wrong case", "Database: /tmp/x.db\n", 1, ["Database", "database"]),
    ("hyphen", "operations:\n  stale-jobs: {enabled: true}\n", 2, ["stale-jobs", "stale_jobs"]),
    ("boolean expected", "operations:\n  old_jobs:\n    enabled: maybe\n", 3, ["enabled", "maybe"]),
    ("boolean as a number", "operations:\n  old_jobs:\n    enabled: 1\n", 3, ["enabled"]),
    ("no unit", "operations:\n  old_jobs:\n    keep: 30\n", 3, ["keep", "30"]),
    ("words", "operations:\n  old_jobs:\n    keep: 30 days\n", 3, ["keep", "30 days"]),
    ("no number", "operations:\n  old_downloads:\n    keep: forever\n", 3, ["keep", "forever"]),
    ("negative", "operations:\n  old_jobs:\n    keep: -30d\n", 3, ["keep", "-30d"]),
    ("fraction", "operations:\n  old_jobs:\n    keep: 1.5d\n", 3, ["keep", "1.5d"]),
    ("upper-case unit", "operations:\n  old_jobs:\n    keep: 30D\n", 3, ["keep", "30D"]),
    ("units in the wrong order", "operations:\n  old_jobs:\n    keep: 5m1h\n", 3, ["keep", "5m1h"]),
    ("unit twice", "operations:\n  old_jobs:\n    keep: 1d1d\n", 3, ["keep", "1d1d"]),
    ("overflow", "operations:\n  old_jobs:\n    keep: 99999999999999999999d\n", 3, ["keep"]),
    ("nothing at all", "operations:\n  old_jobs:\n    keep: ''\n", 3, ["keep"]),
    ("boolean for a duration", "operations:\n  stale_jobs:\n    heartbeat_grace: true\n", 3, ["heartbeat_grace"]),
    ("list for a duration", "operations:\n  stale_jobs:\n    default_timeout: [30m]\n", 3, ["default_timeout"]),
    ("mapping expected", "operations:\n  stale_jobs:\n    timeouts: 30m\n", 3, ["timeouts"]),
    ("list for a mapping", "operations:\n  - stale_jobs\n", None, ["operations"]),
    ("scalar for a mapping", "schedule: 30m\n", 1, ["schedule"]),
    ("mapping for a scalar", "state: {directory: /x}\n", 1, ["state"]),
    ("wrong duration of a type", "operations:\n  stale_jobs:\n    timeouts:\n      analysis: long\n", 4, ["analysis", "long"]),
    ("interval zero", "schedule:\n  every: 0s\n", 2, ["every"]),
    ("interval and cron", "schedule:\n  every: 30m\n  cron: 0 3 * * *\n", None, ["every", "cron"]),
    ("cron of four fields", "schedule:\n  cron: 0 3 * *\n", 2, ["cron", "0 3 * *"]),
    ("cron of six fields", "schedule:\n  cron: 0 0 3 * * *\n", 2, ["cron"]),
    ("cron minute out of range", "schedule:\n  cron: 60 * * * *\n", 2, ["cron", "60"]),
    ("cron words", "schedule:\n  cron: every night\n", 2, ["cron", "every night"]),
    ("cron never", "schedule:\n  cron: 0 0 31 2 *\n", 2, ["cron"]),
    ("cron step zero", "schedule:\n  cron: '*/0 * * * *'\n", 2, ["cron"]),
    ("cron range backwards", "schedule:\n  cron: 0 9-5 * * *\n", 2, ["cron"]),
    ("negative grace", "schedule:\n  misfire_grace: -5m\n", 2, ["misfire_grace", "-5m"]),
    ("time limit zero", "schedule:\n  timeout: 0s\n", 2, ["timeout"]),
    ("empty table name", "tables:\n  jobs:\n    table: ''\n", 3, ["table"]),
    ("list for a table name", "tables:\n  jobs:\n    table: [job]\n", 3, ["table"]),
    ("key twice", "state: /tmp/a\nstate: /tmp/b\n", 2, ["state"]),
    ("operation twice", "operations:\n  old_jobs: {keep: 3d}\n  old_jobs: {keep: 90d}\n", 3, ["old_jobs"]),
    ("flow not closed", "schedule: {every: 30m\noperations: {}\n", None, []),
    ("tab", "schedule:\n\tevery: 30m\n", 2, []),
    ("no mapping", "- schedule\n- operations\n", None, []),
    ("plain text", "just text\n", None, []),
    ("not UTF-8", b"state: \xff\xfe\n", None, []),
    ("nul byte", b"state: a\x00b\n", None, []),
]


def names_line(text, line):
    return re.search(rf"\bline {line}\b|:{line}(:|\b)", text) is not None


@pytest.mark.parametrize(("settings", "line", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_file(workspace, settings, line, words):
    work_for_all().write(workspace.database)
    before = workspace.tables()
    path = workspace.configure("")
    path.write_bytes(settings if isinstance(settings, bytes) else settings.encode())
    for name in ("run", "config"):
        finished = workspace.command(name).exits(2)
        assert finished.out == ""
        said = finished.err.replace(str(workspace.folder), "")
        missing = [word for word in ["jobsweep.yml", *words] if not re.search(rf"(?<![\w-]){re.escape(word)}(?!\w)", said)]
        assert missing == [], finished.err
        assert line is None or names_line(said, line), finished.err
    assert workspace.tables() == before


def test_every_mistake_is_named_at_once(workspace):
    workspace.configure("schedul: {}\noperations:\n  old_jobs: {kep: 3d}\n  old_downloads: {keep: 14}\n")
    said = workspace.command("run").exits(2).err
    assert [word for word in ("schedul", "kep", "keep", "14") if word not in said] == []
    assert all(names_line(said, line) for line in (1, 3, 4)), said


@pytest.mark.parametrize("command", ["serve", "run", "preview", "check", "config", "history"])
def test_no_command_starts_with_it(workspace, command):
    work_for_all().write(workspace.database)
    workspace.configure("operations: {old_jobs: {keep: soon}}\n")
    assert "soon" in workspace.command(command).exits(2).err


@pytest.mark.parametrize(("variable", "value"), [
    ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", "banana"), ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", "30"), ("JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP", ""),
    ("JOBSWEEP_OPERATIONS_OLD_JOBS_ENABLED", "perhaps"), ("JOBSWEEP_SCHEDULE_EVERY", "0s"), ("JOBSWEEP_SCHEDULE_CRON", "1 2 3"),
    ("JOBSWEEP_OPERATIONS_STALE_JOBS_HEARTBEAT_GRACE", "-1m"), ("JOBSWEEP_TABLES_JOBS_TABLE", ""),
])
def test_a_wrong_variable(workspace, variable, value):
    work_for_all().write(workspace.database)
    before = workspace.tables()
    said = workspace.command("run", env={variable: value}).exits(2).err
    assert variable in said and value in said
    assert workspace.tables() == before


@pytest.mark.parametrize("url", ["mysql://localhost/app", "http://localhost/app.db", ""])
def test_a_database_that_it_cannot_open(workspace, url):
    workspace.configure(f"schedule: {{}}\ndatabase: '{url}'\n")
    finished = workspace.jobsweep("run", "--config.file", workspace.config_file, "--state", workspace.state).exits(2)
    assert "database" in finished.err and url in finished.err


def test_a_file_that_is_not_there(workspace):
    work_for_all().write(workspace.database)
    workspace.config_file = workspace.folder / "no-such.yml"
    assert str(workspace.config_file) in workspace.command("run").exits(2).err
    workspace.config_file = workspace.folder
    assert str(workspace.config_file) in workspace.command("run").exits(2).err
