"""The benchmark: every way to delete leaves the same rows, and tables come out. The figures of so small a run say nothing."""

import json
import subprocess
from pathlib import Path

import pytest

from support.cli import binary

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bench.sh"
SMALL = ["--only", "sweep", "--rounds", "1", "--alone", "0.2", "--no-plot"]
WAYS = ["single", "batches-500", "batches-1000", "batches-10000", "jobsweep"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """What the benchmark of sweeps printed, and the folder that it wrote to."""
    folder = tmp_path_factory.mktemp("bench")
    command = [SCRIPT, "--jobsweep", binary(), *SMALL, "--rows", "3000", "--dir", folder / "work", "--output", folder / "report"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=550)
    assert done.returncode == 0, done.stderr
    return done.stdout, folder / "report"


def test_every_way_was_measured_and_left_the_same_rows(measured):
    # It ends with an error where a way leaves other rows than the others, or the application misses one of its own.
    sweep = json.loads((measured[1] / "results.json").read_text())["sweep"]
    assert list(sweep["ways"]) == WAYS
    assert {name: sweep["left"][name] for name in ("jobs", "downloads", "plans")} == {"jobs": 500 + 25, "downloads": 500, "plans": 25}
    for way in sweep["ways"].values():
        assert len(way["trials"]) == 1
        assert all(way["median"][name] > 0 for name in ("wall_seconds", "cpu_seconds", "peak_bytes", "log_bytes", "longest", "p50", "p99"))


def test_the_report_has_a_row_for_each_way(measured):
    out, folder = measured
    assert (folder / "README.md").read_text() == out
    lines = out.splitlines()
    for name in ("one DELETE per table", "batches of 500", "batches of 1,000", "batches of 10,000", "jobsweep"):
        assert [line.count("|") for line in lines if line.startswith(f"| {name} ")][0] == 12, name


def test_rows_that_are_left_out_are_noticed(tmp_path):
    """A jobsweep that deletes nothing must not get a time."""
    idle = tmp_path / "jobsweep"
    idle.write_text("#!/bin/sh\nexit 0\n")
    idle.chmod(0o755)
    command = [SCRIPT, "--jobsweep", idle, *SMALL, "--rows", "300", "--dir", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, timeout=550)
    assert done.returncode == 1
    assert "jobsweep left other rows than the ways before it" in done.stderr and done.stdout == ""


def test_holds_of_several_lengths_are_measured(tmp_path):
    command = [SCRIPT, "--jobsweep", binary(), "--only", "frontier", "--cases", "one", "--holds", "8,30+20", "--rows", "3000", "--rounds", "1", "--no-plot"]
    done = subprocess.run([*command, "--dir", tmp_path / "work", "--output", tmp_path / "report"], capture_output=True, text=True, timeout=550)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report" / "frontier.md").read_text() == done.stdout
    cases = json.loads((tmp_path / "report" / "frontier.json").read_text())["frontier"]["cases"]
    assert list(cases) == ["one"]
    for case in cases.values():
        for points in (case["with"], case["without"]):
            assert [point["hold"] for point in points] == ["8", "30+20"]
            assert all(point["wall"] > 0 and point["longest"] >= point["p99"] > 0 for point in points)


def test_waits_beside_a_run_are_measured_against_the_application_alone(tmp_path):
    """Waits for the lock and commits apart, with small and with large rows."""
    command = [SCRIPT, "--jobsweep", binary(), "--only", "politeness", "--quick", "--rows", "20000", "--cases", "four-journal,large", "--no-plot"]
    done = subprocess.run([*command, "--dir", tmp_path / "work", "--output", tmp_path / "report"], capture_output=True, text=True, timeout=550)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report" / "politeness.md").read_text() == done.stdout
    cases = json.loads((tmp_path / "report" / "politeness.json").read_text())["politeness"]["cases"]
    assert list(cases) == ["four-journal", "large"]
    for case in cases.values():
        assert list(case["ways"]) == ["alone", "single", "jobsweep", "no-archive"]
        for way in case["ways"].values():
            (trial,) = way["trials"]
            assert trial == way["median"] and trial["longest"] >= trial["p99"] >= trial["p50"] > 0
            assert trial["writes"] > 0 and trial["commit_longest"] >= trial["commit_p99"] > 0
    rows = [line for line in done.stdout.splitlines() if line.startswith("| the application alone")]
    assert [line.count("|") for line in rows] == [12, 12]
    cells = [[cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines() if line.count("|") == 12]
    # What the archive takes is told where there is one.
    assert [float(line[-2]) > 0 for line in cells if line[1:2] == ["jobsweep"]] == [True, True]
    assert [line[-2] for line in cells if line[1:2] == ["jobsweep without its archive"]] == ["", ""]
