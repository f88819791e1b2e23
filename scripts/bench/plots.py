"""The pictures: the application's latency over time for each way, and the growth. They need Matplotlib."""

import io

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.ticker import FuncFormatter, LogLocator
from PIL import Image

from ways import JOBSWEEP, WAYS

OURS, OTHERS, GOAL = "#0b6e4f", "#4a5a76", "#c1440e"
GOAL_MS = 50


def latency(sweep, timelines, path):
    """A panel for each way, with the same axes: what each insert waited, by when it began."""
    figure, panels = pyplot.subplots(len(WAYS), 1, sharex=True, sharey=True, figsize=(9, 10), layout="constrained")
    end = max(timeline.end for timeline in timelines.values()) + 1
    for way, panel in zip(WAYS, panels):
        timeline, middle = timelines[way.key], sweep["ways"][way.key]["median"]
        moments, waits = zip(*timeline.points)
        panel.axvspan(0, timeline.end, color="#eef1f5", zorder=0)
        panel.axhline(GOAL_MS, color=GOAL, linewidth=0.8, linestyle="--", zorder=1)
        color = OURS if way is JOBSWEEP else OTHERS
        panel.scatter(moments, waits, s=4, color=color, linewidths=0, alpha=0.6, zorder=2)
        # A long wait covers the time that it took.
        panel.hlines(waits, moments, [moment + wait / 1e3 for moment, wait in timeline.points], color=color, linewidth=1.5, zorder=2)
        panel.set_title(
            f"{way.name}: {middle['wall_seconds']:.1f} s, longest wait {middle['longest']:,.0f} ms, 99 % {middle['p99']:,.1f} ms",
            loc="left", fontsize=10,
        )  # fmt: skip
        panel.set_yscale("log")
        panel.set_ylim(0.01, 10_000)
        panel.yaxis.set_major_locator(LogLocator(10, numticks=8))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.grid(axis="y", color="#d8dde5", linewidth=0.5)
        panel.set_ylabel("ms")
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
    panels[-1].set_xlim(-1, end)
    panels[-1].set_xlabel("seconds since the sweep began (shaded: while it ran; dashed: the goal of 50 ms)")
    figure.suptitle(f"What an application waits for an insert every 5 ms, {sweep['rows']:,} rows", fontsize=12)
    _save(figure, path)


def waits(cases, path, what="that a write waited for the lock"):
    """A panel for each case: what share of the writes waited longer than so long, by way."""
    colors = {"alone": "#9aa5b5", "single": GOAL, "jobsweep": OURS, "no-archive": OTHERS, "batches-1000": "#c8a951", "batches-10000": "#7d5ba6"}
    figure, panels = pyplot.subplots(len(cases), 1, sharex=True, figsize=(9, 2.2 * len(cases) + 0.6), layout="constrained", squeeze=False)
    for (name, found), panel in zip(cases.items(), panels[:, 0]):
        for way, waits in found.items():
            ordered = sorted(max(wait, 0.001) for wait in waits)
            shares = [1 - place / len(ordered) for place in range(len(ordered))]
            panel.step(ordered, shares, where="post", color=colors[way], linewidth=1.3, label=way)
        panel.set_xscale("log")
        panel.set_yscale("log")
        panel.set_title(name, loc="left", fontsize=10)
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %"))
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.grid(color="#d8dde5", linewidth=0.5)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
    panels[0, 0].legend(loc="lower left", fontsize=8, frameon=False)
    panels[-1, 0].set_xlabel(f"ms {what}")
    figure.suptitle("Share of an application's writes that took longer", fontsize=12)
    _save(figure, path)


def frontier(cases, path):
    """A panel for each case: waits against wall time, a point for each hold."""
    lines = (len(cases) + 1) // 2
    figure, panels = pyplot.subplots(lines, min(2, len(cases)), figsize=(4.6 * min(2, len(cases)), 3.6 * lines), layout="constrained", squeeze=False)
    for (name, found), panel in zip(cases.items(), panels.flat):
        for kept, color in (("with", OURS), ("without", OTHERS)):
            for measure, style in (("p99", "-"), ("longest", ":")):
                walls, waits = [point["wall"] for point in found[kept]], [point[measure] for point in found[kept]]
                # Those with a longer window lie beside the line.
                usual = [place for place, point in enumerate(found[kept]) if "+" not in point["hold"]]
                label = f"{'99 %' if measure == 'p99' else 'longest'}, {kept} archive"
                panel.plot(walls, waits, "o", markersize=3, color=color)
                panel.plot([walls[place] for place in usual], [waits[place] for place in usual], style, color=color, linewidth=1.2, label=label)
                for point, wall, wait in zip(found[kept], walls, waits):
                    panel.annotate(f"{point['hold']}", (wall, wait), textcoords="offset points", xytext=(4, 3), fontsize=7, color=color)
        panel.set_yscale("log")
        for set_formatter in (panel.yaxis.set_major_formatter, panel.yaxis.set_minor_formatter):
            set_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        panel.set_title(name, loc="left", fontsize=10)
        panel.set_xlabel("wall time against one DELETE")
        panel.set_ylabel("wait for the lock, ms")
        panel.grid(color="#d8dde5", linewidth=0.5)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
    panels[0, 0].legend(fontsize=7, frameon=False)
    figure.suptitle("What a wait costs in time, by how long a batch holds the lock (ms at the points)", fontsize=11)
    _save(figure, path)


def growth(growth, path):
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    rows = [point["rows"] for point in growth["points"]]
    time.plot(rows, [point["wall_seconds"] for point in growth["points"]], marker="o", color=OURS)
    time.set_yscale("log")
    time.set_ylabel("wall time, s")
    time.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    memory.plot(rows, [point["peak_bytes"] / 1e6 for point in growth["points"]], marker="o", color=OURS)
    memory.set_ylim(0, 1.2 * max(point["peak_bytes"] for point in growth["points"]) / 1e6)
    memory.set_ylabel("peak memory, MB")
    for panel in (time, memory):
        panel.set_xscale("log")
        panel.set_xlabel("rows, two thirds deleted")
        panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        panel.grid(color="#d8dde5", linewidth=0.5)
        for side in ("top", "right"):
            panel.spines[side].set_visible(False)
    _save(figure, path)


def _save(figure, path):
    drawn = io.BytesIO()
    figure.savefig(drawn, dpi=100)
    pyplot.close(figure)
    # A few dozen shades do, in a third of the bytes.
    Image.open(drawn).convert("RGB").quantize(64).save(path, optimize=True)
