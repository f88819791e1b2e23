"""The command line: help, version, wrong usage, what goes to which stream, and the exit codes 0 to 4."""

import json
import os
import pty
import re

import pytest

from support import reports
from support.faults import renamed, work_for_all

COMMANDS = ("serve", "run", "preview", "check", "config", "history", "vacuum", "demo")

OWN_FLAGS = {
    "serve": ["--web.listen-address", "--web.config.file"],
    "run": ["--only", "--dry-run", "--json"],
    "preview": ["--only", "--json"],
    "history": ["--json"],
    "vacuum": ["--yes", "--dry-run", "--json"],
}


@pytest.fixture
def database(workspace):
    work_for_all().write(workspace.database)
    return workspace


def test_version(workspace):
    """A plain build doesn't know its commit, and says so; test_package.py has one that does."""
    line = workspace.jobsweep("--version").exits(0).out
    known = re.fullmatch(r"jobsweep (\d+\.\d+\.\d+)\+(unknown-commit|[0-9a-f]{12}(-changed)?\.\d{4}-\d\d-\d\d)\n", line)
    assert known, line
    said = workspace.jobsweep("version").exits(0).out.splitlines()
    assert said[0] + "\n" == line
    assert [fact.split(": ")[0] for fact in said[1:]] == ["commit", "date", "swift", "sqlite", "microhttpd"]
    as_json = json.loads(workspace.jobsweep("version", "--json").exits(0).out)
    assert as_json["version"] == known[1] and (as_json["commit"] is None) == ("unknown-commit" in line) == ("commit: unknown commit" in said)


def test_help_lists_every_command(workspace):
    out = workspace.jobsweep("--help").exits(0).out
    assert [name for name in COMMANDS if not re.search(rf"^\s+{name}\b", out, re.MULTILINE)] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command(workspace, command):
    out = workspace.jobsweep(command, "--help").exits(0).out
    wanted = {"demo": ["--database"]}.get(command, ["--config.file", "--database", "--state", "--log.level", "--log.format"])
    wanted += OWN_FLAGS.get(command, [])
    assert [flag for flag in wanted if flag not in out] == []
    assert "stale_jobs" in out or command not in ("run", "preview"), "help that teaches names the operations"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(workspace, shell):
    assert "preview" in workspace.jobsweep("--generate-completion-script", shell).exits(0).out


@pytest.mark.parametrize(("arguments", "words"), [
    (["--no-such-flag"], ["no-such-flag"]), (["sweep"], ["sweep"]), (["run", "--no-such-flag"], ["no-such-flag"]),
    (["run", "--only", "old_job"], ["old_job", "old_jobs"]), (["run", "--only", ""], ["only"]), (["preview", "--only", "old_jobs,,"], ["only"]),
    (["run", "--only"], ["only"]), (["run", "--database"], ["database"]), (["run", "stray"], ["stray"]),
    (["run", "--log.level", "loud"], ["loud", "debug"]), (["run", "--log.format", "xml"], ["xml", "json"]),
    (["serve", "--web.listen-address", "nonsense"], ["nonsense"]), (["serve", "--web.listen-address", "127.0.0.1:99999"], ["99999"]),
    (["demo"], ["database"]),
], ids=" ".join)
def test_wrong_usage(database, arguments, words):
    before = database.tables()
    flags = () if "--database" in arguments or arguments[0] in ("demo", "--no-such-flag", "sweep") else database.flags
    finished = database.jobsweep(*arguments[:1], *flags, *arguments[1:]).exits(2)
    assert [word for word in words if word not in finished.err] == [] and finished.out == ""
    assert database.tables() == before


@pytest.mark.parametrize("command", ["run", "preview"])
def test_without_a_database(workspace, command):
    finished = workspace.jobsweep(command, "--state", workspace.state).exits(2)
    assert "--database" in finished.err and finished.out == ""


@pytest.mark.parametrize("arguments", [
    ["run", "--json"], ["run", "--json", "--log.level", "debug"], ["preview", "--json", "--log.format=json", "--log.level=debug"],
], ids=" ".join)
def test_json_is_alone_on_stdout(database, arguments):
    finished = database.command(*arguments).exits(0)
    assert reports.numbers(json.loads(finished.out)) == dict.fromkeys(reports.NUMBERS, 1)
    assert finished.out.strip().startswith("{") and finished.out.endswith("}\n")


def test_json_logs_of_a_run(database):
    finished = database.command("run", "--json", "--log.format=json", "--log.level=debug").exits(0)
    assert all(isinstance(json.loads(line), dict) for line in finished.err.splitlines())


@pytest.mark.parametrize("level", ["error", "warning", "info", "debug"])
def test_log_levels(database, level):
    finished = database.command("run", "--json", "--log.level", level).exits(0)
    logged = set(re.findall(r"^\S+Z (\w+) ", finished.err, re.MULTILINE))
    below = ["debug", "info", "notice", "warning", "error"]
    assert not logged & set(below[: below.index(level)]), finished.err
    # On a busy machine a row may hold the lock for long, which is worth a warning.
    assert level in logged or level in ("error", "warning"), finished.err


def test_the_summary_of_a_run_is_for_people(database):
    out = database.command("run").exits(0).out
    assert not out.lstrip().startswith("{") and len(re.findall(r"\b1\b", out)) >= 4


def test_the_summary_of_a_preview_shows_samples(database):
    out = database.command("preview").exits(0).out
    old = [job for job, status, age in database.query("SELECT id, status, julianday('now') - julianday(completed_at) FROM job") if age and age > 30]
    assert old and old[0] in out


def test_a_preview_in_json_has_samples(database):
    preview = database.preview()
    old = database.query("SELECT id FROM job WHERE julianday('now') - julianday(completed_at) > 30")
    assert old[0][0] in json.dumps(preview), "a job that would go is shown"


def test_exit_codes(database):
    database.command("run").exits(0)
    with renamed(database, "handled_downloads"):
        database.command("run").exits(3)
    database.database.rename(database.folder / "elsewhere.db")
    database.command("run").exits(1)


def test_a_terminal_gets_a_progress_bar(database):
    """On a terminal something is drawn up to 100 percent; stdout in a pipe stays free of it."""
    leader, follower = pty.openpty()
    started = database.start("run", stdout=follower, stderr=follower)
    os.close(follower)
    drawn = b""
    try:
        while piece := os.read(leader, 65536):
            drawn += piece
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    started.process.wait(30)
    assert started.process.returncode == 0 and b"100" in drawn
    plain = database.command("run").exits(0)
    assert "\r" not in plain.said and "\x1b[" not in plain.said


def test_check_of_what_is_good(database):
    database.command("check").exits(0)


@pytest.mark.parametrize(("table", "column"), [("handled_downloads", None), ("job", "completed_at"), ("analysis_plan", "job_id")])
def test_check_of_a_schema_that_is_not(database, table, column):
    with renamed(database, table, column):
        finished = database.command("check").exits(1)
        assert table in finished.said and (column or table) in finished.said and "tables" in finished.said, "it says how to mend it"


def test_check_of_a_missing_database(workspace):
    finished = workspace.command("check").exits(1)
    assert str(workspace.database) in finished.said and not workspace.database.exists()
