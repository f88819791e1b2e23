"""Where settings come from: flag, environment, file, default, in this order; and applications that name their tables otherwise."""

import re

import pytest

from support import reports
from support.faults import work_for_all
from support.sweeping import DAY
from support.timestamps import now
from support.world import World

SCALARS = {
    "schedule.every": ("45m", "30m"),
    "schedule.first_run_after": ("7m", "1m"),
    "schedule.misfire_grace": ("6m", "5m"),
    "schedule.jitter": ("3s", "0s"),
    "schedule.timeout": ("9m", "5m"),
    "operations.stale_jobs.default_timeout": ("33m", "30m"),
    "operations.stale_jobs.heartbeat_grace": ("11m", "10m"),
    "operations.old_jobs.keep": ("45d", "30d"),
    "operations.old_downloads.keep": ("21d", "14d"),
    "tables.jobs.table": ("tasks", "job"),
    "tables.jobs.completed_at": ("ended", "completed_at"),
    "tables.downloads.table": ("loads", "handled_downloads"),
    "tables.plans.job_id": ("task", "job_id"),
}


def variable(path):
    return "JOBSWEEP_" + path.upper().replace(".", "_")


def nested(path, value):
    for key in reversed(path.split(".")):
        value = {key: value}
    return value


def shown(workspace, path, *flags, **how):
    """What `jobsweep config` says of one key: the lines from the key on that belong to it, down to the next key."""
    out = workspace.command("config", *flags, **how).exits(0).out
    lines, key = out.splitlines(), path.rsplit(".", 1)[-1]
    full = [line for line in lines if path in line and variable(path) + "_" not in line]
    return full or [line for line in lines if re.search(rf"(^|[\s{{,]){key}\s*[:=]", line)]


def says(lines, value, origin):
    """Whether one of the lines gives the value and where it came from."""
    return any(re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", line) and re.search(origin, line, re.IGNORECASE) for line in lines)


@pytest.mark.parametrize("path", SCALARS)
def test_config_shows_value_and_origin(workspace, path):
    value, default = SCALARS[path]
    workspace.configure({})
    lines = shown(workspace, path)
    assert says(lines, default, "default"), lines
    workspace.configure(nested(path, value))
    lines = shown(workspace, path)
    assert says(lines, value, r"file|jobsweep\.yml"), lines
    lines = shown(workspace, path, env={variable(path): default})
    assert says(lines, default, f"environment|{variable(path)}"), lines


def test_config_shows_flags(workspace):
    workspace.configure({"database": "/from/file.db"})
    env = {"JOBSWEEP_DATABASE": "/from/environment.db"}
    lines = [line for line in workspace.command("config", env=env).exits(0).out.splitlines() if "app.db" in line]
    assert lines and re.search("flag|command line|--database", " ".join(lines), re.IGNORECASE), lines


def downloads_of(ages):
    world, start = World(), now()
    for age in ages:
        world.download(start, age * DAY)
    return world


def test_environment_over_file_over_default(workspace):
    """Six downloads of different ages: how many go says which value held."""
    downloads_of((5, 12, 16, 25, 40, 70)).write(workspace.database)

    def gone(env=None):
        return workspace.preview(env=env)["old_downloads_deleted"]

    assert gone() == 4
    workspace.configure({"operations": {"old_downloads": {"keep": "30d"}}})
    assert gone() == 2
    assert gone({"JOBSWEEP_OPERATIONS_OLD_DOWNLOADS_KEEP": "60d"}) == 1
    assert gone({"JOBSWEEP_OPERATIONS_OLD_DOWNLOADS_KEEP": "10d"}) == 5


def test_the_database_by_flag_environment_and_file(workspace):
    bases = {}
    for number, name in enumerate(("flag", "environment", "file"), start=1):
        bases[name] = workspace.folder / f"{name}.db"
        downloads_of([99] * number).write(bases[name])
    workspace.configure({"database": str(bases["file"]), "state": str(workspace.state)})
    config = ("--config.file", workspace.config_file)
    env = {"JOBSWEEP_DATABASE": str(bases["environment"])}
    gone = [
        workspace.jobsweep("run", "--json", *config, "--database", bases["flag"], env=env).report,
        workspace.jobsweep("run", "--json", *config, env=env).report,
        workspace.jobsweep("run", "--json", *config).report,
    ]
    assert [report["old_downloads_deleted"] for report in gone] == [1, 2, 3]


@pytest.mark.parametrize("form", ["sqlite:///{}", "{}", "sqlite://{}"])
def test_forms_of_the_databases_name(workspace, form):
    work_for_all().write(workspace.database)
    workspace.configure({"database": form.format(workspace.database)})
    report = workspace.jobsweep("run", "--json", "--config.file", workspace.config_file, "--state", workspace.state).report
    assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 1)


def test_flags_written_with_an_equals_sign(workspace):
    work_for_all().write(workspace.database)
    finished = workspace.jobsweep("run", "--json", f"--database={workspace.database}", f"--state={workspace.state}", "--only=old_jobs,old_downloads")
    assert finished.exits(0).report["operations"] == ["old_jobs", "old_downloads"]


def test_an_empty_file_and_comments_are_good(workspace):
    work_for_all().write(workspace.database)
    for text in ("", "# nothing\n", "---\n# nothing\n", "schedule:\n  every: 5m # often\n"):
        workspace.configure(text)
        assert workspace.preview()["status"] == "completed"


def test_the_example_of_the_contract_is_good(workspace):
    """Every key that section 6 shows, with its default."""
    work_for_all().write(workspace.database)
    workspace.configure(f"""
database: sqlite:///{workspace.database}
state: {workspace.state}
schedule: {{every: 30m, first_run_after: 1m, misfire_grace: 5m, jitter: 0s, timeout: 5m}}
operations:
  stale_jobs: {{enabled: true, default_timeout: 30m, timeouts: {{analysis: 60m}}, heartbeat_grace: 10m}}
  old_jobs: {{enabled: true, keep: 30d, keep_by_status: {{failed: 90d}}, keep_by_type: {{export: 7d}}}}
  old_downloads: {{enabled: true, keep: 14d}}
  stuck_plans: {{enabled: true}}
tables:
  jobs: {{table: job, id: id, type: type, status: status, progress: progress, error: error, created_at: created_at,
         started_at: started_at, completed_at: completed_at, updated_at: updated_at}}
  downloads: {{table: handled_downloads, id: id, timestamp: timestamp}}
  plans: {{table: analysis_plan, id: id, status: status, job_id: job_id, updated_at: updated_at}}
""")
    report = workspace.jobsweep("run", "--json", "--config.file", workspace.config_file).report
    assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 1)


def test_other_names_for_tables_and_columns(workspace):
    """Names that only quoting makes possible."""
    work_for_all().write(workspace.database)
    workspace.execute("""
        ALTER TABLE job RENAME TO "background jobs"; ALTER TABLE "background jobs" RENAME COLUMN status TO "group";
        ALTER TABLE "background jobs" RENAME COLUMN completed_at TO "ended ""at"" it";
        ALTER TABLE "background jobs" RENAME COLUMN id TO "select";
        ALTER TABLE handled_downloads RENAME TO "from"; ALTER TABLE "from" RENAME COLUMN timestamp TO "when";
        ALTER TABLE analysis_plan RENAME TO Pläne; ALTER TABLE Pläne RENAME COLUMN job_id TO "order";
    """)
    workspace.configure({"tables": {
        "jobs": {"table": "background jobs", "status": "group", "completed_at": 'ended "at" it', "id": "select"},
        "downloads": {"table": "from", "timestamp": "when"},
        "plans": {"table": "Pläne", "job_id": "order"},
    }})
    assert reports.numbers(workspace.preview()) == reports.numbers(workspace.run()) == dict.fromkeys(reports.NUMBERS, 1)
    assert workspace.query('SELECT "group", count(*) FROM "background jobs" GROUP BY 1 ORDER BY 1') == [("completed", 1), ("failed", 1), ("running", 1)]
    assert reports.numbers(workspace.run()) == dict.fromkeys(reports.NUMBERS, 0)
