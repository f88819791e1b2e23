"""Random rows in databases of random shape against the model of the acceptance tests, which decides every row's fate without SQL."""

from support import reports
from support.cli import moment
from support.generator import generate
from support.oracle import decide
from support.timestamps import now
from support.written import differences

import databases


def scene(episode):
    workspace = episode.workspace
    kind = databases.create(workspace.database, episode.random)
    world = generate(episode.seed, now())
    world.insert(workspace.database)
    before = workspace.tables()
    wrong = differences(world.tables, before, None)
    episode.check(not wrong, f"the database doesn't hold what was written ({kind}): {wrong}")

    preview = run(episode, "preview")
    previewed = workspace.tables()
    episode.check(not differences(before, previewed, None), f"a preview changed rows ({kind})")
    report = run(episode, "run")
    outcome = decide(before, moment(report["started_at"]))
    wrong = differences(outcome.tables, workspace.tables(), moment(report["started_at"]))
    episode.check(not wrong, f"rows aren't as the model says ({kind}): {wrong}")
    for said, name in ((preview, "preview"), (report, "run")):
        numbers = {key: said[key] for key in reports.NUMBERS}
        episode.check(numbers == outcome.numbers, f"the {name} says {numbers}, the model {outcome.numbers} ({kind})")
    episode.check(preview["skipped"] == report["skipped"], f"skipped: preview {preview['skipped']}, run {report['skipped']} ({kind})")

    again = run(episode, "run")
    left = {key: again[key] for key in reports.NUMBERS}
    episode.check(not any(left.values()), f"a second run found {left} ({kind})")
    episode.sound()
    episode.remark(kind)


def run(episode, command):
    return episode.orderly(episode.workspace.command(command, "--json", seconds=300), (0, 3)).report
