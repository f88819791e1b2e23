"""Preview, run and what really went, held against each other: three tellers of the same story."""

from support.reports import NUMBERS


def rows(workspace, *tables):
    return {table: {row[0] for row in workspace.query(f"SELECT id FROM {table}")} for table in tables}


def agree(workspace, *arguments, codes=("completed",), tables=("job", "handled_downloads", "analysis_plan"), dependents=()):
    """Previews, runs and runs again; gives the run's report and the ids that went by table.

    Preview and run give the same numbers, errors, reasons and dependents; the rows that went are as many as the report says; and the
    second run finds nothing more to do.
    """
    before = rows(workspace, *tables, *dependents)
    preview = workspace.preview(*arguments)
    assert rows(workspace, *tables, *dependents) == before, "a preview changed rows"
    report = workspace.run(*arguments)
    after = rows(workspace, *tables, *dependents)
    gone = {table: before[table] - after[table] for table in before}
    assert report["status"] in codes, report
    assert preview["status"] == report["status"], (preview, report)
    for name in (*NUMBERS, "skipped", "rows_deleted", "dependents_deleted"):
        assert preview[name] == report[name], f"{name}: preview {preview[name]}, run {report[name]}"
    assert sorted(map(str, preview["errors"])) == sorted(map(str, report["errors"]))
    went = sum(len(ids) for ids in gone.values())
    said = sum(report["rows_deleted"].values()) + sum(report["dependents_deleted"].values())
    assert went == said, f"{went} rows went, the report says {said}: {report['rows_deleted']} and {report['dependents_deleted']}"
    again = workspace.run(*arguments)
    assert {name: again[name] for name in NUMBERS} == dict.fromkeys(NUMBERS, 0), f"a second run found more: {again}"
    return report, gone
