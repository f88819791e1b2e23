"""jobsweep as a user who may not write where the database is."""

import re

import pytest

from support import reports
from support.faults import work_for_all


def protect(workspace, file, folder):
    for path in workspace.folder.glob("app.db*"):
        path.chmod(file)
    workspace.folder.chmod(folder)


@pytest.mark.parametrize(("file", "folder"), [(0o644, 0o755), (0o644, 0o777), (0o600, 0o777), (0o666, 0o755)], ids=oct)
def test_run(theirs, journal, file, folder):
    work_for_all().write(theirs.database, journal)
    protect(theirs, file, folder)
    before = theirs.database.read_bytes()
    finished = theirs.command("run", "--json")
    assert finished.code in (1, 3), finished
    assert re.search("read-?only|permission|not writ|may not|may read|may write|unable to open|denied", finished.said, re.IGNORECASE), finished
    assert theirs.database.read_bytes() == before
    protect(theirs, 0o666, 0o777)
    assert reports.numbers(theirs.run()) == dict.fromkeys(reports.NUMBERS, 1)


def test_serve(theirs):
    work_for_all().write(theirs.database, "delete")
    protect(theirs, 0o644, 0o755)
    theirs.configure({"schedule": {"every": "1s", "first_run_after": "1s"}})
    theirs.config_file.chmod(0o644)
    serving = theirs.serve()
    exposition = serving.until(lambda e: e.total("jobsweep_errors_total") >= 1, "the errors are counted")
    assert exposition.total("jobsweep_runs_total", status="completed") == 0
    assert serving.alive and serving.ask("/-/healthy").status == 200
    protect(theirs, 0o666, 0o777)
    exposition = serving.until_runs(1, "completed")
    assert exposition["jobsweep_up"] == 1 and exposition["jobsweep_downloads_deleted_total"] == 1
    assert serving.stop() == 0
