"""Writes prometheus/tests/*.yml from the scenarios: `python -m scenarios.write` in Tests/Observability."""

from __future__ import annotations

from pathlib import Path

import yaml

from .catalogue import FILES, TestFile

TESTS = Path(__file__).resolve().parents[3] / "prometheus" / "tests"

HEADER = """\
# promtool test rules {name}.yml
#
# Written by `python -m scenarios.write` in Tests/Observability, where the scenarios stand in readable form.
"""

#: Recording rules first, as Prometheus itself orders nothing between groups; then the alerts in any order.
GROUPS = [
    "jobsweep-runs",
    "jobsweep-outages",
    "jobsweep-clock",
    "jobsweep-stale-jobs",
    "jobsweep-availability",
    "jobsweep-cleanup",
    "jobsweep-schedule",
    "jobsweep-application",
    "jobsweep-database",
    "jobsweep-process",
]


def text(name: str, file: TestFile) -> str:
    document = {
        "rule_files": ["../rules/jobsweep.rules.yml", "../rules/jobsweep.alerts.yml"],
        "evaluation_interval": file.evaluation_interval,
        "group_eval_order": GROUPS,
        "tests": [scenario.document() for scenario in file.scenarios],
    }
    return HEADER.format(name=name) + yaml.safe_dump(document, sort_keys=False, width=10_000, allow_unicode=True)


def main() -> None:
    for name, file in FILES.items():
        (TESTS / f"{name}.yml").write_text(text(name, file))
        print(f"{name}.yml: {len(file.scenarios)} scenarios")


if __name__ == "__main__":
    main()
