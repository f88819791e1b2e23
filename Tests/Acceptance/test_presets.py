"""Presets over small databases of their applications: every row has its fate, stated by hand in `support/preset_databases.py`."""

import re

import pytest
import yaml

from support import schema
from support.preset_cases import Ago, days
from support.preset_databases import ALL
from support.presets import FILES, FOLDER, REFUSED, refused_databases
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
    assert f"{made.preset}: {FILES[made.preset]['application']}" in finished.said
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
    for finished in (workspace.command("check"), workspace.jobsweep("init", "--database", workspace.database)):
        assert finished.code == 1 and name in finished.said and REFUSED[name] in finished.said, finished


def test_init_recognizes_the_application_and_writes_what_check_likes(workspace, made):
    before = counts(workspace, made)
    workspace.configure(workspace.jobsweep("init", "--database", workspace.database).exits(0).out)
    assert yaml.safe_load(workspace.config_file.read_text())["preset"] == made.preset
    workspace.command("check").exits(0)
    assert counts(workspace, made) == before
    assert said(workspace.run(), made) == (made.deleted, made.dependents)


def test_presets_are_listed_with_the_versions_they_were_verified_on(workspace):
    listed = workspace.jobsweep("presets").exits(0).out
    for name, preset in FILES.items():
        (line,) = [line for line in listed.splitlines() if re.match(rf"\s*{name}\b", line)]
        assert all(version in line for version in preset["verified"]), line


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_preset_is_shown_as_yaml(workspace, name):
    assert yaml.safe_load(workspace.jobsweep("presets", name).exits(0).out) == FILES[name]


def test_a_preset_that_does_not_exist(workspace):
    finished = workspace.jobsweep("presets", "prefct").exits(2)
    assert "prefect" in finished.err
    workspace.configure({"database": str(workspace.database), "preset": "prefct"})
    finished = workspace.command("config")
    assert finished.code == 2 and "'prefect'" in finished.err


def test_the_runs_of_airflows_dags_go_when_their_rule_is_switched_on(workspace):
    """The newest run of each DAG stays, whatever its age, and so do those that haven't ended."""
    made = ALL["airflow"]()
    for number, (dag, state, age) in enumerate((("daily", "success", 200), ("daily", "failed", 179), ("retired", "failed", 300), ("retired", "success", 310)), 10):
        made.row("dag_run", id=number, dag_id=dag, run_id=f"r{number}", state=state, run_type="manual", run_after=Ago(days(400), "T6"), end_date=Ago(days(age), "T6"))
        made.row("task_instance", id=f"t{number}", task_id="first", dag_id=dag, run_id=f"r{number}", state="success")
    made.write(workspace.database, now())
    workspace.configure({"preset": "airflow", "rules": [{"name": "airflow_dag_runs", "enabled": True}]})
    preview, run = workspace.preview(), workspace.run()
    left = {row[0] for row in workspace.query("SELECT id FROM dag_run")}
    # 1 and 2 are over 180 days old and ended; 3 never did; 11 is young, and 12 the newest of its DAG.
    assert left == {3, 11, 12}
    for report in (preview, run):
        assert (report["rows_deleted"]["airflow_dag_runs"], report["dependents_deleted"]["airflow_dag_runs"]) == (4, 6)
    assert workspace.integrity() == ["ok"]


def test_the_page_about_presets_knows_them_all():
    """Every preset with its rules' application and versions; of those that ran, the result; and who is refused."""
    page = (FOLDER.parents[2] / "docs" / "presets.md").read_text()
    for name, preset in FILES.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |") and preset["proof"] in line.rsplit("|", 2)[1]]
        missing = [version for version in preset["verified"] if version.removesuffix(".0") not in line]
        assert missing == [], f"{name}: the page lacks {missing}"
        ran = {line.split("|")[2].strip() for line in page.splitlines() if line.startswith(f"| `{name}` |")} - {line.split("|")[2].strip()}
        assert ran == (set(preset["verified"]) if preset["proof"] == "runs" else set()), name
    assert [name for name in REFUSED if f"| {name} |" not in page] == []
