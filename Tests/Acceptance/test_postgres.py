"""The first application's tables on PostgreSQL: the same rows go, the same are reported, as an independent computation says."""

from pathlib import Path

import pytest

from support import reports
from support.cli import moment
from support.generator import generate
from support.oracle import decide
from support.timestamps import now
from support.written import differences

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(on_postgres):
    return on_postgres


@pytest.mark.parametrize("seed, times, words", [(0, "timestamptz", "enum"), (1, "timestamp", "text"), (2, "timestamptz", "text")])
def test_each_row_is_as_the_rules_say(workspace, seed, times, words):
    workspace.write(generate(seed, now()), times, words)
    before = workspace.tables()
    preview = workspace.preview()
    assert workspace.tables() == before
    report = workspace.run()
    after = workspace.tables()
    outcome = decide(before, moment(report["started_at"]))
    assert min(outcome.numbers.values()) > 50
    assert differences(outcome.tables, after, moment(report["started_at"])) == []
    reports.check(report, outcome)
    reports.check(preview, decide(before, moment(preview["started_at"])), dry_run=True)
    assert reports.numbers(preview) == reports.numbers(report)
    assert preview["skipped"] == report["skipped"]
    assert preview["dependents_deleted"] == report["dependents_deleted"]
    again = workspace.run()
    assert set(reports.numbers(again).values()) == {0}
    assert workspace.tables() == after


def test_the_demonstration_has_something_of_everything(workspace):
    """What `scripts/demo.sh --postgres` fills its server with."""
    workspace.execute((ROOT / "scripts/demo/postgres.sql").read_text())
    before = workspace.preview()
    numbers = reports.numbers(before)
    assert numbers["old_jobs_deleted"] > 30_000 and numbers["old_downloads_deleted"] > 15_000
    assert min(numbers.values()) > 0
    assert before["status"] == "completed"
