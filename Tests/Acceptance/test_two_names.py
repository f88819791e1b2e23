"""A file with two names would have two logs and two locks: it is refused, whatever is asked for."""

import os
import subprocess

import pytest

from support.faults import work_for_all

COMMANDS = (("check",), ("preview",), ("run",), ("vacuum", "--yes"))


def refused(workspace, words):
    before = workspace.tables()
    for command in COMMANDS:
        finished = workspace.command(*command).exits(1)
        assert words in finished.said and str(workspace.database) in finished.said, finished
    assert workspace.tables() == before
    assert not workspace.database.with_name("app.db-jobsweep.lock").exists()


def test_a_hard_link(workspace, journal):
    work_for_all().write(workspace.database, journal)
    other = workspace.folder / "other.db"
    os.link(workspace.database, other)
    refused(workspace, "hard links")
    other.unlink()
    assert workspace.run()["status"] == "completed"


def test_a_mount_of_the_file_alone(workspace, tmp_path):
    work_for_all().write(workspace.database)
    inside = tmp_path / "in a container"
    inside.mkdir()
    place = inside / "app.db"
    place.touch()
    if subprocess.run(["mount", "--bind", workspace.database, place], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        workspace.database = place
        refused(workspace, "mount of the file alone")
    finally:
        subprocess.run(["umount", place], check=True)
