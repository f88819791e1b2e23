"""Dashboards as Grafana reads them: panels, queries, variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    json: dict

    @property
    def title(self) -> str:
        return self.json["title"]

    @property
    def type(self) -> str:
        return self.json["type"]

    @property
    def targets(self) -> list[dict]:
        return self.json.get("targets", [])


@dataclass(frozen=True)
class Dashboard:
    json: dict

    @property
    def uid(self) -> str:
        return self.json["uid"]

    @property
    def panels(self) -> list[Panel]:
        """All panels but the titles of rows, those inside collapsed rows among them."""
        return [Panel(panel) for panel in self._all(self.json["panels"]) if panel["type"] != "row"]

    @property
    def variables(self) -> dict[str, dict]:
        return {variable["name"]: variable for variable in self.json["templating"]["list"]}

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every PromQL expression, with where it stands."""
        for panel in self.panels:
            for target in panel.targets:
                yield f"{self.uid}: {panel.title} {target['refId']}", target["expr"]
        for annotation in self.json["annotations"]["list"]:
            if "expr" in annotation:
                yield f"{self.uid}: annotation {annotation['name']}", annotation["expr"]
        for variable in self.variables.values():
            if variable["type"] == "query":
                yield f"{self.uid}: variable {variable['name']}", label_values(variable["query"])[0]

    def _all(self, panels: list[dict]) -> Iterator[dict]:
        for panel in panels:
            yield panel
            yield from self._all(panel.get("panels", []))


def label_values(query: str) -> tuple[str, str]:
    """The selector and the label of `label_values(selector, label)`."""
    match = re.fullmatch(r"label_values\((.+), ?([a-zA-Z_][a-zA-Z0-9_]*)\)", query)
    assert match, query
    return match[1], match[2]


def seconds(duration: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([smhd])", duration).groups()
    return int(number) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]


def expand(expression: str, values: dict[str, str]) -> str:
    """The expression with Grafana's variables filled in. A variable that isn't given is an error."""

    def replace(match: re.Match) -> str:
        name = match[1] or match[2]
        assert name in values, f"${name} in {expression}"
        return values[name]

    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", replace, expression)


def expand_for_parsing(expression: str) -> str:
    """The expression as PromQL: any interval for Grafana's intervals, and label variables left as text."""
    durations = {name: "5m" for name in ("__rate_interval", "__interval", "__range")}
    return expand(expression, {**durations, "job": "$job", "instance": "$instance"})
