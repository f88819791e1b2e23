"""One run over a small world made by hand, held against the oracle whole."""

from dataclasses import replace
from datetime import timedelta

from support import reports
from support.cli import moment
from support.oracle import decide
from support.policy import Policy
from support.written import differences

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def sweep(workspace, world, journal="wal", policy=Policy(), only=(), disabled=(), status="completed"):
    """Previews and runs over `world`, holds rows and reports against the oracle; gives the run's report and the tables.

    `policy` is what the workspace's configuration says; `only` goes to the command line, `disabled` is switched off by the file.
    """
    world.write(workspace.database, journal)
    asked = [name for name in policy.operations if (not only or name in only) and name not in disabled]
    policy = replace(policy, operations=tuple(asked))
    options = ("--only", ",".join(only)) if only else ()
    definition = workspace.definition()

    preview = workspace.preview(*options)
    outcome = decide(world.tables, moment(preview["started_at"]), policy)
    reports.check(preview, outcome, status, dry_run=True, operations=policy.operations)
    assert differences(world.tables, workspace.tables(), None) == []

    report = workspace.run(*options)
    started = moment(report["started_at"])
    outcome = decide(world.tables, started, policy)
    after = workspace.tables()
    assert differences(outcome.tables, after, started) == []
    reports.check(report, outcome, status, operations=policy.operations)
    assert workspace.definition() == definition
    return report, after
