"""Alerts and runbook, held against each other."""

from __future__ import annotations

import re

import pytest

from conftest import PROMETHEUS

RUNBOOK = (PROMETHEUS / "RUNBOOK.md").read_text()
SECTIONS = dict(part.split("\n", 1) for part in re.split(r"^## ", RUNBOOK, flags=re.M)[1:])


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_alert_has_a_section_and_every_section_an_alert(alert_rules: list[dict]):
    assert {rule["alert"] for rule in alert_rules} == set(SECTIONS)


def test_every_link_leads_to_its_section(alert_rules: list[dict]):
    anchors = {anchor(heading): heading for heading in SECTIONS}
    for rule in alert_rules:
        page, fragment = rule["annotations"]["runbook_url"].split("#")
        assert page == "https://github.com/jobsweep/jobsweep/blob/main/prometheus/RUNBOOK.md"
        assert anchors[fragment] == rule["alert"]


def test_anchors_are_unique():
    headings = re.findall(r"^#+ (.+)$", RUNBOOK, flags=re.M)
    assert len({anchor(heading) for heading in headings}) == len(headings)


@pytest.mark.parametrize("alert", SECTIONS)
def test_every_section_says_what_a_person_needs(alert: str):
    questions = re.findall(r"^\*\*(.+?)\.\*\* ?(.*)$", SECTIONS[alert], flags=re.M)
    assert [question for question, _ in questions] == [
        "Meaning",
        "Impact",
        "How to look",
        "How to mend",
        "False alarm",
    ]
    assert "```promql" in SECTIONS[alert]


def test_alerts_that_are_named_exist(alert_rules: list[dict]):
    names = {rule["alert"] for rule in alert_rules}
    assert set(re.findall(r"\bJobsweep[A-Z]\w+", RUNBOOK)) <= names
