"""Draws a dashboard as Grafana lays it out, from the answers of a live Prometheus. A stand-in for Grafana's own renderer, which
can't be installed everywhere: the queries, titles, units, colours of names and places are the dashboard's; the looks are near."""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle, Wedge

import grafana

from .answers import BACKGROUND, COLORS, FAINT, PANEL, RANGE, TEXT, Answers, annotations, shown
from .monitoring import Prometheus

#: Inches of one column and one row of Grafana's grid.
COLUMN, ROW = 0.68, 0.36

#: Seconds between two words below a graph.
TICK = 3 * 3600


def draw(dashboard: grafana.Dashboard, prometheus: Prometheus, instance: str, scrape: int, target: Path) -> int:
    """Draws all panels into one picture of the day up to now; returns how many."""
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 8, "text.color": TEXT, "axes.labelcolor": TEXT})
    panels = dashboard.json["panels"]
    rows = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in panels)
    figure = plt.figure(figsize=(24 * COLUMN, rows * ROW), facecolor=BACKGROUND)
    now = time.time()
    events = annotations(dashboard, prometheus, instance, now)
    drawn = 0
    for panel in panels:
        place = panel["gridPos"]
        left, width = place["x"] / 24, place["w"] / 24
        bottom, height = 1 - (place["y"] + place["h"]) / rows, place["h"] / rows
        if panel["type"] == "row":
            figure.text(0.004, bottom + height / 2, "▾ " + panel["title"], fontsize=11, weight="bold", va="center")
            continue
        gap_x, gap_y = 0.0025, 0.05 / rows
        figure.add_artist(
            Rectangle((left + gap_x, bottom + gap_y), width - 2 * gap_x, height - 2 * gap_y, facecolor=PANEL, zorder=-1)
        )
        figure.text(
            left + 0.008, bottom + height - 0.55 / rows, panel["title"], fontsize=8.5, weight="bold", va="center"
        )
        canvas = Canvas(figure, left, bottom, width, height, rows)
        answers = Answers(grafana.Panel(panel), prometheus, instance, scrape, now, events)
        {"stat": stat, "gauge": gauge, "state-timeline": timeline, "timeseries": graph, "table": table}[panel["type"]](
            canvas, answers
        )
        drawn += 1
    figure.savefig(target, dpi=72, facecolor=BACKGROUND)
    plt.close(figure)
    return drawn


class Canvas:
    """The place of one panel, without its title."""

    def __init__(self, figure, left: float, bottom: float, width: float, height: float, rows: int) -> None:
        self.figure, self.rows = figure, rows
        self.left, self.bottom, self.width, self.height = left, bottom, width, height

    def axes(self, left: float = 0.012, right: float = 0.012, bottom: float = 0.4, top: float = 1.1) -> Axes:
        """Margins left and right in parts of the picture's width, above and below in rows of the grid."""
        axes = self.figure.add_axes(
            (
                self.left + left,
                self.bottom + bottom / self.rows,
                self.width - left - right,
                self.height - (bottom + top) / self.rows,
            )
        )
        axes.set_facecolor(PANEL)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(colors=FAINT, labelsize=6.5, length=0)
        return axes

    def middle(self, text: str, color: str, size: float) -> None:
        self.figure.text(
            self.left + self.width / 2,
            self.bottom + self.height * 0.4,
            text,
            color=color,
            fontsize=size,
            ha="center",
            va="center",
            weight="bold",
        )


def stat(canvas: Canvas, answers: Answers) -> None:
    if not answers.series:
        canvas.middle(answers.config["defaults"]["noValue"], FAINT, 10)
        return
    reference, name, points = answers.series[0]
    value = points[-1][1]
    if answers.panel.json["options"]["textMode"] == "name":
        canvas.middle(name, TEXT, 7)
        return
    mapped = answers.mappings(reference).get(f"{value:g}")
    if mapped:
        canvas.middle(mapped["text"], COLORS[mapped["color"]], 15)
    else:
        canvas.middle(shown(value, answers.unit, answers.now), answers.threshold_color(value), 15)


def gauge(canvas: Canvas, answers: Answers) -> None:
    if not answers.series:
        canvas.middle(answers.config["defaults"]["noValue"], FAINT, 10)
        return
    value = answers.series[0][2][-1][1]
    axes = canvas.axes(left=0.02, right=0.02, bottom=0.5, top=1.2)
    axes.set_xlim(-1.05, 1.05)
    axes.set_ylim(-0.15, 1.05)
    axes.set_aspect("equal")
    axes.axis("off")
    for end, color in ((1.0, "#2c3235"), (min(max(value, 0.02), 1), answers.threshold_color(value))):
        axes.add_patch(Wedge((0, 0), 1, 180 * (1 - end), 180, width=0.28, facecolor=color))
    axes.text(
        0,
        0.08,
        shown(value, "percentunit", 0),
        ha="center",
        fontsize=13,
        weight="bold",
        color=answers.threshold_color(value),
    )


def time_axis(axes: Axes, answers: Answers) -> None:
    for at, color in answers.events:
        axes.axvline(at, color=color, linewidth=0.9, linestyle=(0, (3, 2)))
    axes.set_xlim(answers.now - RANGE, answers.now)
    first = (answers.now - RANGE) // TICK * TICK + TICK
    ticks = [first + TICK * part for part in range(RANGE // TICK)]
    axes.set_xticks(ticks, [datetime.fromtimestamp(at, timezone.utc).strftime("%H:%M") for at in ticks])


def timeline(canvas: Canvas, answers: Answers) -> None:
    axes = canvas.axes(left=0.1, bottom=1.0)
    names = []
    for index, (reference, name, points) in enumerate(answers.series):
        names.append(re.sub(r"^[\d.:]+ ", "", name))
        mappings = answers.mappings(reference)
        spans: list[list] = []
        for at, value in points:
            if spans and spans[-1][2] == value and at - spans[-1][1] <= 2 * answers.step:
                spans[-1][1] = at
            else:
                if spans:
                    spans[-1][1] = at
                spans.append([at, at, value])
        for begin, end, value in spans:
            mapped = mappings.get(f"{value:g}", {"text": f"{value:g}", "color": "text"})
            color = COLORS[mapped["color"]] if mapped["color"] != "text" else "#3a3f45"
            axes.broken_barh([(begin, max(end - begin, answers.step))], (-index - 0.4, 0.8), facecolors=color)
            if end - begin > RANGE / 15:
                axes.text(
                    (begin + end) / 2,
                    -index,
                    mapped["text"],
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="black" if mapped["color"] != "text" else TEXT,
                )
    axes.set_yticks([-index for index in range(len(names))], names)
    axes.tick_params(axis="y", labelsize=8, colors=TEXT)
    time_axis(axes, answers)


def graph(canvas: Canvas, answers: Answers) -> None:
    custom = answers.config["defaults"]["custom"]
    stacked = custom["stacking"]["mode"] == "normal"
    lines = min(sum(answers.is_named(points) for _, _, points in answers.series), 4)
    axes = canvas.axes(left=0.042, bottom=1.4 + 0.75 * lines)
    if not answers.series:
        canvas.middle(answers.config["defaults"]["noValue"], FAINT, 10)
        axes.axis("off")
        return
    floor: dict[float, float] = {}
    entries = []
    heights: list[float] = []
    left = axes
    right = axes.twinx() if any(answers.is_right(reference) for reference, _, _ in answers.series) else None
    for index, (reference, name, points) in enumerate(answers.series):
        axes = right if right is not None and answers.is_right(reference) else left
        color = answers.color(name, index)
        at = [p[0] for p in points]
        value = [p[1] for p in points]
        base = [floor.get(t, 0.0) if stacked else 0.0 for t in at]
        top = [b + v for b, v in zip(base, value)]
        if custom["drawStyle"] == "bars":
            axes.bar(at, value, width=answers.step * 0.75, bottom=base, color=color)
        elif custom["drawStyle"] == "points":
            axes.plot(at, value, "o", color=color, markersize=3)
        elif custom["lineInterpolation"] == "stepAfter":
            axes.step(at, top, where="post", color=color, linewidth=1)
            if stacked:
                axes.fill_between(at, base, top, step="post", color=color, alpha=0.4, linewidth=0)
        else:
            axes.plot(at, value, color=color, linewidth=1)
            axes.fill_between(at, value, color=color, alpha=0.1, linewidth=0)
        if stacked:
            floor.update(zip(at, top))
        real = [v for v in value if v == v]
        heights += real
        total = sum(real) if custom["drawStyle"] == "bars" else (real[-1] if real else float("nan"))
        if answers.is_named(points):
            entries.append((name, color, total))
    for axes in filter(None, (left, right)):
        axes.set_ylim(bottom=0)
        if axes.get_ylim()[1] <= 0 or all(value == 0 for value in heights):
            axes.set_ylim(0, 1)
        axes.yaxis.set_major_locator(plt.MaxNLocator(4))
        axes.yaxis.set_major_formatter(lambda value, _: shown(value, answers.unit, answers.now))
    if right is not None:
        left.set_position(
            [*left.get_position().bounds[:2], left.get_position().width - 0.025, left.get_position().height]
        )
        right.set_position(left.get_position())
        right.tick_params(colors=FAINT, labelsize=6.5, length=0)
        for spine in right.spines.values():
            spine.set_visible(False)
    left.grid(axis="y", color="#2c3235", linewidth=0.6)
    left.set_axisbelow(True)
    time_axis(left, answers)
    word = "total" if custom["drawStyle"] == "bars" else "last"
    entries.sort(key=lambda entry: -(entry[2] if entry[2] == entry[2] else 0))
    for row, (name, color, total) in enumerate(entries[:lines]):
        y = canvas.bottom + (0.75 * (lines - row) - 0.15) / canvas.rows
        more = f"  (+{len(entries) - lines} more)" if row == lines - 1 and len(entries) > lines else ""
        name = re.sub(r"^[\d.]+:\d+ ?", "", name) or "this sidecar"
        canvas.figure.text(canvas.left + 0.008, y, "■", color=color, fontsize=7, va="center")
        canvas.figure.text(canvas.left + 0.018, y, name + more, fontsize=7, va="center")
        canvas.figure.text(
            canvas.left + canvas.width - 0.01,
            y,
            f"{word} {shown(total, answers.unit, answers.now)}",
            fontsize=7,
            va="center",
            ha="right",
            color=FAINT,
        )


def table(canvas: Canvas, answers: Answers) -> None:
    (organize,) = [t for t in answers.panel.json["transformations"] if t["id"] == "organize"]
    names = organize["options"]["renameByName"]
    axes = canvas.axes()
    axes.axis("off")
    if any(t["id"] == "filterByValue" for t in answers.panel.json["transformations"]):
        answers.rows = [one for one in answers.rows if float(one["value"][1]) > 0]
    if not answers.rows:
        axes.axis("off")
        canvas.middle(answers.config["defaults"]["noValue"], FAINT, 10)
        return
    rows = sorted(answers.rows, key=lambda one: -float(one["value"][1]))[:9]
    cells = [
        [one["metric"].get(field, shown(float(one["value"][1]), answers.unit, answers.now)) for field in names]
        for one in rows
    ]
    drawn = axes.table(
        cellText=cells, colLabels=list(names.values()), loc="upper center", cellLoc="left"
    )
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(7.5)
    for (row, _), cell in drawn.get_celld().items():
        cell.set_facecolor(PANEL)
        cell.set_edgecolor("#2c3235")
        cell.set_text_props(color=TEXT, weight="bold" if row == 0 else "normal")
