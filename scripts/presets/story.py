"""One version of one application: filled by itself, swept, and read again by itself."""

import json
import time

import environment
import rows
from sweeping import Jobsweep, Trouble


def verify(application, version, engine, folder, binary):
    """What came of it, for the table.

    Raises `Trouble` with what isn't as it should be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    story = _Story(application, folder)
    try:
        python = story.step("installed", lambda: environment.made(folder / "environment", application.requirements(version)))
        home = story.fresh("home")
        place = engine.environment()
        story.step("filled", lambda: environment.run([python, application.program, "fill", home], "filling it", place))
        made = json.loads((home / "made.json").read_text())
        swept = _sweep(story, application, made, Jobsweep(binary, story.fresh("jobsweep"), engine.address(made["database"]), application))
        story.step("read again", lambda: environment.run([python, application.program, "read", home], "reading it again", place))
        return {"application": application.preset, "version": version, "engine": engine.name, "with": made["versions"], **swept, "seconds": story.seconds}
    except environment.Broken as broken:
        raise Trouble(str(broken)) from None


def _sweep(story, application, made, jobsweep):
    """check, preview, run and a second run, each held against what the application put in."""
    before = rows.read(made["database"])
    wrong = rows.unaccounted(before, made["tables"])
    if wrong:
        raise Trouble(f"the program that fills the database doesn't account for every row: {wrong}")
    said = story.step("checked", jobsweep.check)
    preview = story.step("previewed", lambda: jobsweep.report("preview"))
    if rows.read(made["database"]) != before:
        raise Trouble("the preview changed the database")
    run = story.step("swept", lambda: jobsweep.report("run"))
    after = rows.read(made["database"])
    wrong = rows.differences(before, after, made["tables"])
    if wrong:
        raise Trouble(f"after the run: {wrong}")
    for word, report in (("preview", preview), ("run", run)):
        _agree(word, report, made["rules"], made["dependents"])
    second = story.step("swept again", lambda: jobsweep.report("run"))
    left = rows.read(made["database"])
    wrong = rows.differences(after, left, made["tables"], "later")
    if wrong:
        raise Trouble(f"after the second run: {wrong}")
    _agree("the second run", second, **made["second"])
    if made["second"]["rules"]:
        _agree("the third run", story.step("swept a third time", lambda: jobsweep.report("run")), {}, {})
        if rows.read(made["database"]) != left:
            raise Trouble("the third run changed the database")
    return {"check": said, "rules": made["rules"], "dependents": made["dependents"], "before": rows.count(before), "after": rows.count(left), "second": made["second"]["rules"]}


def _agree(word, report, rules, dependents):
    """That a report's numbers are those of the program that filled the database."""
    if report["status"] != "completed" or report["errors"]:
        raise Trouble(f"{word}: {report['status']}, {report['errors'][:3]}")
    for what, word_of, wanted in (("rows", "rows_deleted", rules), ("rows that went along", "dependents_deleted", dependents)):
        # A rule whose table isn't there says 0.
        said = {name: count for name, count in report[word_of].items() if count}
        if said != {name: count for name, count in wanted.items() if count}:
            raise Trouble(f"{word}: {what} {said}, expected {wanted}")


class _Story:
    """The steps and how long each took."""

    def __init__(self, application, folder):
        self.application, self.folder, self.seconds = application, folder, {}

    def step(self, name, work):
        began = time.monotonic()
        result = work()
        self.seconds[name] = time.monotonic() - began
        print(f"  {name} ({self.seconds[name]:.1f} s)", flush=True)
        return result

    def fresh(self, name):
        """An empty folder; what an earlier run left in it is set aside under its time."""
        path = self.folder / name
        if path.exists():
            path.rename(self.folder / f"{name}-{int(path.stat().st_mtime)}-{time.monotonic_ns()}")
        path.mkdir()
        return path
