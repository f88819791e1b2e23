"""jobsweep's own database in the state directory: made anew when it is missing or damaged, with the damaged one set aside."""


import sqlite3

import pytest

from support import reports
from support.faults import work_for_all
from support.history import runs

NEVER = {"schedule": {"every": "24h", "first_run_after": "12h"}}
RUBBISH = b"\xde\xad\xbe\xef" * 4096


def own_database(workspace):
    """The one SQLite file in the state directory, with its write-ahead log brought home."""
    (path,) = [p for p in workspace.state.rglob("*") if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3"]
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert path.stat().st_size > 8192, "there is something to damage"
    return path


def overwrite(path):
    path.write_bytes(RUBBISH)


def overwrite_the_middle(path):
    """The header stays good; every page behind it is rubbish."""
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * max(0, size - 4096))


def empty(path):
    path.write_bytes(b"")




@pytest.fixture
def used(workspace):
    """A workspace whose state remembers one run."""
    work_for_all().write(workspace.database)
    workspace.configure(NEVER)
    assert reports.numbers(workspace.run()) == dict.fromkeys(reports.NUMBERS, 1)
    return workspace


@pytest.mark.parametrize("damage", [overwrite, overwrite_the_middle, empty])
def test_damaged(used, damage):
    path = own_database(used)
    damage(path)
    damaged = path.read_bytes()
    serving = used.serve()
    exposition = serving.scrape()
    assert exposition.total("jobsweep_runs_total") == 0, "made anew"
    assert exposition["jobsweep_up"] == 1
    if damaged:
        serving.until_said(" warning ", str(used.state))
        aside = [p for p in used.state.rglob("*") if p.is_file() and p != path and p.read_bytes() == damaged]
        assert aside, "the damaged file is kept under another name"
    used.run()
    assert serving.until_runs(1, "completed").total("jobsweep_runs_total") == 1
    assert serving.stop() == 0
    assert len(runs(used)) == 1


@pytest.mark.parametrize("damage", [overwrite, overwrite_the_middle])
def test_a_run_goes_on_over_damaged_state(used, damage):
    path = own_database(used)
    damage(path)
    finished = used.command("run", "--json").exits(0)
    assert finished.report["status"] == "completed" and "warn" in finished.err.lower()
    assert len(runs(used)) == 1


def test_missing(used):
    for path in sorted(used.state.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    used.state.rmdir()
    serving = used.serve()
    assert serving.scrape().total("jobsweep_runs_total") == 0
    used.run()
    serving.until_runs(1, "completed")
    assert serving.stop() == 0


def test_where_it_is(workspace):
    """The flag, the environment, `$STATE_DIRECTORY`, `$XDG_STATE_HOME/jobsweep`, in this order."""
    work_for_all().write(workspace.database)
    homes = {name: workspace.folder / name for name in ("flag", "variable", "systemd", "xdg")}
    env = {"JOBSWEEP_STATE": str(homes["variable"]), "STATE_DIRECTORY": str(homes["systemd"]), "XDG_STATE_HOME": str(homes["xdg"])}
    flags = ["--state", homes["flag"]]
    for name in homes:
        workspace.jobsweep("run", "--database", workspace.database, *flags, env=env).exits(0)
        there = homes[name] / "jobsweep" if name == "xdg" else homes[name]
        assert there.is_dir() and any(path.read_bytes()[:6] == b"SQLite" for path in there.iterdir() if path.is_file()), name
        assert [other for other, home in homes.items() if home.exists()] == list(homes)[: list(homes).index(name) + 1]
        flags = []
        env.pop({"variable": "JOBSWEEP_STATE", "systemd": "STATE_DIRECTORY"}.get(name, ""), None)


def test_history(used):
    used.preview()
    second = used.run()
    real = {run["run_id"]: run for run in runs(used) if not run["dry_run"]}
    assert len(real) == 2 and real.pop(second["run_id"]) == second
    assert reports.numbers(*real.values()) == dict.fromkeys(reports.NUMBERS, 1)
    shown = used.command("history").exits(0).out
    assert "completed" in shown and "cli" in shown


def test_history_of_nothing(workspace):
    assert runs(workspace) == []
    workspace.command("history").exits(0)


def test_a_state_directory_that_cannot_be(workspace):
    """A file stands where the directory should be: said clearly, and not a crash."""
    work_for_all().write(workspace.database)
    workspace.state.write_text("in the way")
    finished = workspace.command("run")
    assert finished.code in (0, 1, 2) and str(workspace.state) in finished.err
