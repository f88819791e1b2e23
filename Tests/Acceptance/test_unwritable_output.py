"""A result that can't be written whole is no success, whatever the command."""

import os
import subprocess

import pytest

from support.faults import work_for_all

COMMANDS = [
    ["run"], ["run", "--json"], ["run", "--dry-run"], ["preview"], ["preview", "--json"], ["check"], ["config"],
    ["config", "--reference"], ["history"], ["history", "--json"], ["vacuum", "--dry-run"], ["metrics"], ["metrics", "--json"],
    ["--version"], ["--help"], ["run", "--help"], ["demo"], ["generate", "rules"], ["hash-password", "--user", "me", "--cost", "10"],
]
WITHOUT_A_DATABASE = ("metrics", "--version", "--help", "demo", "generate", "hash-password")


def words(workspace, command):
    if command[0] == "demo":
        return [*command, "--database", workspace.folder / "demo.db"]
    if command[0] == "generate":
        return [*command, "--output", workspace.folder / "pack"]
    flags = () if command[0] in WITHOUT_A_DATABASE or "--help" in command else workspace.flags
    return [command[0], *flags, *command[1:]]


def ask(workspace, command, **how):
    return subprocess.run(
        [str(word) for word in (workspace.jobsweep.path, *words(workspace, command))], env=workspace.jobsweep.environment(),
        input="secret\n", text=True, timeout=120, **how)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk(workspace, command):
    work_for_all().write(workspace.database)
    with open("/dev/full", "w") as full:
        finished = ask(workspace, command, stdout=full, stderr=subprocess.PIPE)
    assert finished.returncode == 1, finished
    assert "can't be written to standard output: No space left on device" in finished.stderr


def test_a_reader_that_has_gone(workspace):
    work_for_all().write(workspace.database)
    reader, writer = os.pipe()
    os.close(reader)
    finished = ask(workspace, ["preview"], stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert finished.returncode == 1 and "can't be written to standard output: Broken pipe" in finished.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors_are_nobody_elses(workspace, closed):
    """Whatever is opened next gets the number of a closed descriptor: what is said must not end up in a file of the application's."""
    work_for_all().write(workspace.database)
    command = " ".join(f"'{word}'" for word in (workspace.jobsweep.path, *words(workspace, ["run"])))
    finished = subprocess.run(["sh", "-c", f"{command} {closed}"], env=workspace.jobsweep.environment(), capture_output=True, text=True, timeout=120)
    assert finished.returncode == (1 if ">&-" in closed.replace("2>&-", "") else 0), finished
    assert workspace.integrity() == ["ok"]
    assert workspace.query("SELECT count(*) FROM job WHERE status = 'completed' AND julianday('now') - julianday(completed_at) > 30") == [(0,)]
    held = workspace.folder / "app.db-jobsweep.lock"
    assert not held.exists() or "Jobs" not in held.read_text()
    assert workspace.run()["status"] == "completed"
