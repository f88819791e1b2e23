"""Presets over small databases of their applications: every row has its fate, stated by hand in `support/preset_databases.py`."""

import re

import pytest

from support import schema
from support.preset_databases import ALL
from support.presets import FILES, REFUSED, refused_databases
from support.timestamps import now

NAMES = list(ALL)


@pytest.fixture(params=NAMES)
def made(request, workspace):
    """One application's database, with a configuration that names its preset and nothing else."""
    database = ALL[request.param]()
    database.write(workspace.database, now(), schema.JOURNALS[NAMES.index(request.param) % 2])
    workspace.configure({"preset": database.preset})
    return database


def counts(workspace, database):
    return {table: workspace.query(f'SELECT count(*) FROM "{table}"')[0][0] for table in database.tables}


def said(report, database):
    """What a report says of the rules in force, and that it says nothing else."""
    known = {*database.rules, *database.off}
    others = {name: count for name, count in (report["rows_deleted"] | report["dependents_deleted"]).items() if name not in known and count}
    assert others == {} and report["errors"] == [] and report["status"] == "completed", report
    return tuple({name: report[word].get(name, 0) for name in known} for word in ("rows_deleted", "dependents_deleted"))


def check_left(workspace, database):
    """Every row that has to stay is there, and none of the others."""
    for table, key in database.tables.items():
        left = [row[0] for row in workspace.query(f'SELECT "{key}" FROM "{table}"')]
        assert sorted(map(str, left)) == sorted(map(str, database.left(table, key))), table
    assert workspace.integrity() == ["ok"]


def test_every_row_has_its_fate(workspace, made):
    before = counts(workspace, made)
    preview = workspace.preview()
    assert counts(workspace, made) == before
    run = workspace.run()
    check_left(workspace, made)
    assert said(run, made) == (made.deleted, made.dependents)
    assert said(preview, made) == said(run, made)
    again = workspace.run()
    assert not any(said(again, made)[0].values()) and not any(said(again, made)[1].values())
    check_left(workspace, made)


def test_check_names_the_application_and_finds_nothing_wrong(workspace, made):
    finished = workspace.command("check").exits(0)
    assert FILES[made.preset]["application"] in finished.said
    for rule in made.rules:
        assert rule in finished.said, rule


def test_a_version_that_nobody_verified_is_said_and_swept(workspace, made):
    if made.unknown_version is None:
        pytest.skip("nothing in this database says its version")
    workspace.execute(made.unknown_version)
    finished = workspace.command("check").exits(0)
    assert re.search(r"not (been )?verified|wasn't verified", finished.said), finished.said
    assert said(workspace.run(), made) == (made.deleted, made.dependents)
    check_left(workspace, made)


def test_rules_are_switched_off_by_name(workspace, made):
    workspace.configure({"preset": made.preset, "rules": [{"name": name, "enabled": False} for name in made.rules]})
    before = counts(workspace, made)
    said(workspace.run(), made)
    assert counts(workspace, made) == before


def test_single_values_are_overridden_by_name(workspace, made):
    name = made.rules[0]
    workspace.configure({"preset": made.preset, "rules": [{"name": name, "max_rows": 1}]})
    assert made.deleted[name] > 0 and workspace.run()["rows_deleted"][name] == 1


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_applications_are_recognized_and_told_why(workspace, name):
    workspace.execute(refused_databases()[name])
    workspace.configure({"preset": "none"})
    finished = workspace.command("check")
    assert name in finished.said and REFUSED[name].split(",")[0].split(":")[0] in finished.said, finished.said


def test_presets_are_listed_with_the_versions_they_were_verified_on(workspace):
    listed = workspace.jobsweep("presets").exits(0).out
    for name, preset in FILES.items():
        (line,) = [line for line in listed.splitlines() if re.match(rf"\s*{name}\b", line)]
        assert all(version in line for version in preset["verified"]), line


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_preset_is_shown_as_yaml(workspace, name):
    import yaml

    assert yaml.safe_load(workspace.jobsweep("presets", name).exits(0).out) == FILES[name]


def test_a_preset_that_does_not_exist(workspace):
    finished = workspace.jobsweep("presets", "prefct").exits(2)
    assert "prefect" in finished.err
    workspace.configure({"database": str(workspace.database), "preset": "prefct"})
    finished = workspace.command("config")
    assert finished.code == 2 and "'prefect'" in finished.err
