"""A generated database, and the fate of every single row of it, in both journal modes."""

from dataclasses import dataclass

import pytest

from support import reports, schema
from support.cli import moment
from support.generator import generate
from support.oracle import decide
from support.timestamps import now
from support.workspace import Workspace
from support.written import differences


@dataclass
class Swept:
    """One database's tables and reports through preview, run, second preview and second run."""

    before: dict
    definition: tuple
    previewed: dict
    preview: dict
    after: dict
    report: dict
    again: dict
    second: dict
    definition_after: tuple
    third: dict

    @property
    def outcome(self):
        return decide(self.before, moment(self.report["started_at"]))


@pytest.fixture(scope="module", params=[(journal, seed) for seed, journal in enumerate(schema.JOURNALS)], ids=schema.JOURNALS)
def swept(request, tmp_path_factory):
    journal, seed = request.param
    workspace = Workspace(tmp_path_factory.mktemp(journal))
    try:
        generate(seed, now()).write(workspace.database, journal)
        before, definition = workspace.tables(), workspace.definition()
        preview = workspace.preview()
        previewed = workspace.tables()
        report = workspace.run()
        after = workspace.tables()
        second = workspace.run()
        again = workspace.tables()
        third = workspace.preview()
        yield Swept(before, definition, previewed, preview, after, report, again, second, workspace.definition(), third)
    finally:
        workspace.close()


def test_the_database_holds_every_kind_of_row(swept):
    """The generator's own power: a rule that no row meets is not tested."""
    outcome = swept.outcome
    assert [len(swept.before[t]) for t in ("job", "handled_downloads", "analysis_plan")] == [2300, 2000, 300]
    assert min(outcome.numbers.values()) > 50 and outcome.alive > 30
    assert {verdict for _, verdict in outcome.stale} == {"failed", "completed"}
    assert all(len(outcome.unreadable[name]) > 20 for name in ("stale_jobs", "old_jobs", "old_downloads"))
    assert len(outcome.deleted_jobs) > 15 and outcome.deleted_jobs["other"] > 10
    assert len(swept.before["daemon_job_history"]) - len(outcome.tables["daemon_job_history"]) > 100


def test_each_row_is_as_the_rules_say(swept):
    assert differences(swept.outcome.tables, swept.after, moment(swept.report["started_at"])) == []


def test_the_report_says_what_was_done(swept):
    reports.check(swept.report, swept.outcome)


def test_the_preview_gives_the_numbers_of_the_run(swept):
    reports.check(swept.preview, decide(swept.before, moment(swept.preview["started_at"])), dry_run=True)
    assert reports.numbers(swept.preview) == reports.numbers(swept.report)
    assert swept.preview["skipped"] == swept.report["skipped"]


def test_the_preview_changes_nothing(swept):
    assert differences(swept.before, swept.previewed, None) == []


def test_a_second_run_changes_nothing(swept):
    assert differences(swept.after, swept.again, None) == []
    for report in (swept.second, swept.third):
        assert reports.numbers(report) == dict.fromkeys(reports.NUMBERS, 0)
        assert (report["status"], report["cleaned_job_details"], report["errors"]) == ("completed", [], [])
        assert report["skipped"]["alive"] == swept.outcome.alive


def test_journal_mode_and_schema_stay(swept):
    assert swept.definition == swept.definition_after


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_the_machines_time_zone_does_not_matter(workspace, zone):
    generate(7, now()).write(workspace.database)
    before = workspace.tables()
    report = workspace.run(env={"TZ": zone})
    started = moment(report["started_at"])
    assert abs((now() - started).total_seconds()) < 60
    assert differences(decide(before, started).tables, workspace.tables(), started) == []


def test_a_preview_leaves_the_file_as_it_is_to_the_byte(workspace):
    generate(8, now()).write(workspace.database, "delete")
    bytes_before = workspace.database.read_bytes()
    assert workspace.preview()["cleaned_jobs"] > 0
    assert workspace.run("--dry-run")["cleaned_jobs"] > 0
    assert workspace.database.read_bytes() == bytes_before
