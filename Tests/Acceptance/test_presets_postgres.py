"""Presets on PostgreSQL: rows of small databases, whose fates are stated by hand in `support/preset_databases.py` and `preset_postgres.py`."""

import pytest

from support.preset_postgres import ALL, stored, write
from support.presets import FILES
from support.timestamps import now


@pytest.fixture
def workspace(on_postgres):
    return on_postgres


@pytest.mark.parametrize("name", ALL)
def test_every_row_has_its_fate(workspace, name):
    made = ALL[name]()
    write(made, workspace, now())
    workspace.configure({"preset": made.preset})
    assert f"{made.preset}: {FILES[made.preset]['application']}" in workspace.command("check").exits(0).said
    before = counts(workspace, made)
    preview = workspace.preview()
    assert counts(workspace, made) == before
    run = workspace.run()
    for table, key in made.tables.items():
        kind = workspace.query("SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s", table, key)[0][0]
        left = [row[0] for row in workspace.query(f'SELECT "{key}" FROM "{table}"')]
        assert sorted(map(str, left)) == sorted(str(stored(value, kind, now())) for value in made.left(table, key)), table
    for report in (preview, run):
        assert report["status"] == "completed" and report["errors"] == []
        assert {name: report["rows_deleted"].get(name, 0) for name in made.rules} == made.deleted
        assert {name: report["dependents_deleted"].get(name, 0) for name in made.rules} == made.dependents
    again = workspace.run()
    assert not any((again["rows_deleted"] | again["dependents_deleted"]).values())


def counts(workspace, made):
    return {table: workspace.query(f'SELECT count(*) FROM "{table}"')[0][0] for table in made.tables}


def test_init_recognizes_an_application_on_postgresql(workspace):
    write(ALL["river"](), workspace, now())
    out = workspace.jobsweep("init", "--database", workspace.database).exits(0).out
    assert "\npreset: river\n" in out and "River 0.23, which was verified" in out
