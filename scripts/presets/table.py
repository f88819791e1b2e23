"""The results as a Markdown table, as docs/presets.md shows it."""

HEAD = ("preset", "application", "with", "rows before", "rows deleted", "with them", "rows after", "seconds of sweeping")


def text(results, began):
    lines = [f"Run {began:%Y-%m-%d %H:%M} UTC.", "", _line(HEAD), _line(["---"] * len(HEAD))]
    for result in results:
        deleted = "<br>".join(f"`{name}` {number}" for name, number in result["rules"].items())
        beside = "<br>".join(f"`{name}` {number}" for name, number in result["dependents"].items() if number)
        lines.append(_line([
            f"`{result['application']}`", result["version"], ", ".join(f"{name} {version}" for name, version in result["with"].items()),
            str(result["before"]), deleted, beside or "-", str(result["after"]), f"{result['seconds']['swept']:.2f}",
        ]))
    lines += [""] + [f"- `{result['application']}`: {result['backdated']}" for result in results]
    return "\n".join(lines) + "\n"


def _line(cells):
    return "| " + " | ".join(cells) + " |"
