"""1,600 random rules, each over a table of its own, against a model in Python that computes every row's fate without SQL."""

import json
import sqlite3

import pytest

from support import exact, schema
from support.cli import moment
from support.rule_cases import Cases, settings, write
from support.rule_model import fate, key_of
from support.timestamps import now

DATABASES = 16
RULES = 100


def contents(path, cases):
    """The keys in each rule's table, and how many rows its dependents' table has."""
    connection = sqlite3.connect(path)
    try:
        found = {}
        for case in cases:
            columns = ", ".join('"' + column.replace('"', '""') + '"' for column in case.key)
            keys = {tuple(row) for row in connection.execute(f"SELECT {columns} FROM {case.name}")}
            lines = connection.execute(f"SELECT count(*) FROM {case.name}_lines").fetchone()[0] if case.dependents else 0
            found[case.name] = (keys, lines)
        return found
    finally:
        connection.close()


def expected(cases, report):
    """The fates at the report's own `now`, and what the report has to say of each rule."""
    fates = {case.name: fate(case, moment(report["started_at"])) for case in cases}
    rows = {case.name: min(len(fates[case.name].gone), case.max_rows or 10**9) for case in cases}
    return fates, rows


@pytest.mark.parametrize("seed", range(DATABASES))
def test_preview_run_and_second_run_agree_with_the_model(workspace, seed):
    made = Cases(seed, now())
    cases = made.make(RULES)
    write(workspace.database, cases, made, schema.JOURNALS[seed % 2])
    workspace.configure(settings(cases))
    before, whole = contents(workspace.database, cases), seed % 4 < 2 and exact.of_sqlite(workspace)
    for case in cases:
        case.rows = [row for row in case.rows if key_of(case, row) in before[case.name][0]]

    preview = workspace.preview(seconds=300)
    assert contents(workspace.database, cases) == before
    report = workspace.run(seconds=300)
    after = contents(workspace.database, cases)
    fates, rows = expected(cases, report)
    assert report["errors"] == [] and preview["errors"] == []
    for case in cases:
        gone = before[case.name][0] - after[case.name][0]
        ours = fates[case.name]
        assert gone <= ours.gone and len(gone) == rows[case.name], (case, gone ^ ours.gone)
        lines = before[case.name][1] - after[case.name][1]
        assert lines == sum((value,) in gone for value in case.dependents), case
        for said in (preview, report):
            assert said["rows_deleted"][case.name] == rows[case.name], (case, said["rows_deleted"][case.name])
            assert said["dependents_deleted"].get(case.name, 0) == lines, case
    # A rule that may take no more rows looks no further.
    cut = {case.name for case in cases if len(fates[case.name].gone) > rows[case.name]}
    least = sum(one.unreadable for name, one in fates.items() if name not in cut)
    most = sum(one.unreadable for one in fates.values())
    assert preview["skipped"].get("unreadable", 0) == report["skipped"].get("unreadable", 0)
    assert least <= report["skipped"].get("unreadable", 0) <= most

    second = workspace.run(seconds=300)
    left = {case.name: len(fates[case.name].gone) - rows[case.name] for case in cases}
    assert second["rows_deleted"] == {case.name: min(left[case.name], case.max_rows or 10**9) for case in cases}

    # Half of them, in both journal modes.
    if seed % 4 < 2:
        for run in [second] * any(second["rows_deleted"].values()) + [report]:
            restored = json.loads(workspace.command("restore", run["run_id"], "--json", seconds=300).exits(0).out)
            assert set(restored["rows_not_restored"].values()) == {0}
        assert exact.of_sqlite(workspace) == whole, "to the bit"


def test_the_rules_are_worth_testing():
    """The generator's own power: rules under which everything goes, or nothing, test little."""
    made = Cases(0, now())
    cases = made.make(400)
    fates = [fate(case, now()) for case in cases]
    mixed = sum(0 < len(one.gone) < len(case.rows) for case, one in zip(cases, fates))
    assert mixed > 150 and sum(one.unreadable for one in fates) > 150 and sum(one.dependents for one in fates) > 200
    assert sum(bool(case.references) for case in cases) > 20 and sum(case.newest is not None for case in cases) > 50
