"""What Prometheus says to a panel's queries, and how the panel's settings would have it shown."""

from __future__ import annotations

import re

import grafana

from .monitoring import Prometheus

BACKGROUND, PANEL, TEXT, FAINT = "#111217", "#181b1f", "#ccccdc", "#8e8e9a"
COLORS = {
    "green": "#73bf69",
    "red": "#f2495c",
    "orange": "#ff9830",
    "blue": "#5794f2",
    "purple": "#b877d9",
    "text": TEXT,
}
PALETTE = ["#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d", "#fade2a"]

#: The time range, and between two points of a graph that has no least step, in seconds.
RANGE, STEP = 86_400, 180


class Answers:
    """What Prometheus says to the queries of a panel."""

    def __init__(
        self,
        panel: grafana.Panel,
        prometheus: Prometheus,
        instance: str,
        scrape: int,
        now: float,
        events: list[tuple[float, str]],
    ) -> None:
        self.panel, self.now, self.events = panel, now, events
        self.step = step = grafana.seconds(panel.json.get("interval", f"{STEP}s"))
        self.config = panel.json["fieldConfig"]
        self.unit = self.config["defaults"]["unit"]
        self.series: list[tuple[str, str, list[tuple[float, float]]]] = []
        self.rows: list[dict] = []
        values = {
            "job": "jobsweep",
            "instance": instance,
            "__range": f"{RANGE}s",
            "__interval": f"{step}s",
            "__rate_interval": f"{max(step + scrape, 4 * scrape)}s",
        }
        for query in panel.targets:
            expression = grafana.expand(query["expr"], values)
            if query["format"] == "table":
                self.rows += prometheus.query(expression)
            elif query["instant"]:
                for one in prometheus.query(expression):
                    at, value = one["value"]
                    self.series.append((query["refId"], legend(query, one), [(float(at), float(value))]))
            else:
                # Grafana's steps are whole multiples since 1970.
                for one in prometheus.query_range(expression, (now - RANGE) // step * step, now, step):
                    points = [(float(at), float(value)) for at, value in one["values"]]
                    self.series.append((query["refId"], legend(query, one), points))

    def mappings(self, reference: str) -> dict[str, dict]:
        for override in self.config["overrides"]:
            if override["matcher"] == {"id": "byFrameRefID", "options": reference}:
                for item in override["properties"]:
                    if item["id"] == "mappings":
                        return item["value"][0]["options"]
        return (self.config["defaults"].get("mappings") or [{"options": {}}])[0]["options"]

    def is_right(self, reference: str) -> bool:
        """Whether the query's series have the axis on the right."""
        placed = {"id": "custom.axisPlacement", "value": "right"}
        return any(
            override["matcher"] == {"id": "byFrameRefID", "options": reference} and placed in override["properties"]
            for override in self.config["overrides"]
        )

    def is_named(self, points: list[tuple[float, float]]) -> bool:
        """Whether a series is in the legend: an override may leave out those that are zero all the time."""
        hides = any(override["matcher"]["id"] == "byValue" for override in self.config["overrides"])
        return not hides or any(value > 0 for _, value in points)

    def color(self, name: str, index: int) -> str:
        for override in self.config["overrides"]:
            if override["matcher"] == {"id": "byName", "options": name}:
                for item in override["properties"]:
                    if item["id"] == "color":
                        return COLORS[item["value"]["fixedColor"]]
        return PALETTE[index % len(PALETTE)]

    def threshold_color(self, value: float) -> str:
        color = "text"
        for one in self.config["defaults"].get("thresholds", {}).get("steps", []):
            if one["value"] is None or value >= one["value"]:
                color = one["color"]
        return COLORS[color]


def annotations(
    dashboard: grafana.Dashboard, prometheus: Prometheus, instance: str, now: float
) -> list[tuple[float, str]]:
    """Times and colours of the events that the dashboard draws into its graphs."""
    events = set()
    for annotation in dashboard.json["annotations"]["list"]:
        if "expr" in annotation:
            expression = grafana.expand(annotation["expr"], {"job": "jobsweep", "instance": instance})
            for one in prometheus.query_range(expression, now - RANGE, now, STEP):
                events |= {(float(value) / 1000, COLORS[annotation["iconColor"]]) for _, value in one["values"]}
    return sorted(event for event in events if event[0] > now - RANGE)


def legend(query: dict, series: dict) -> str:
    if query["legendFormat"] == "__auto":
        return str(series["metric"])
    return re.sub(r"{{(\w+)}}", lambda m: series["metric"].get(m[1], ""), query["legendFormat"])


def shown(value: float, unit: str, now: float) -> str:
    if value != value:
        return "–"
    match unit:
        case "s":
            if value >= 60:
                return f"{value / 60:.1f} min" if value < 3600 else f"{value / 3600:.1f} h"
            return f"{value:.3g} s" if value >= 1 else f"{value * 1000:.3g} ms"
        case "bytes":
            for name in ("B", "KiB", "MiB", "GiB"):
                if abs(value) < 1024:
                    return f"{value:.3g} {name}"
                value /= 1024
            return f"{value:.3g} TiB"
        case "percentunit":
            return f"{value * 100:.0f}%"
        case "dateTimeFromNow":
            distance = value / 1000 - now
            span = shown(abs(distance), "s", now)
            return f"in {span}" if distance >= 0 else f"{span} ago"
        case "reqps":
            return f"{value:.3g} req/s"
        case _:
            for name in ("", " K", " Mil"):
                if abs(value) < 1000:
                    return f"{value:.4g}{name}"
                value /= 1000
            return f"{value:.3g} Bil"
