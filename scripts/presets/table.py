"""The results as a Markdown table, as docs/presets.md shows it."""

HEAD = ("preset", "version", "on", "with", "rows before", "rows deleted", "with them", "in a second run", "rows after", "seconds")


def text(results, began):
    lines = [f"Run {began:%Y-%m-%d %H:%M} UTC.", "", _line(HEAD), _line(["---"] * len(HEAD))]
    for result in results:
        deleted, beside, second = (_counts(result[word]) for word in ("rules", "dependents", "second"))
        lines.append(_line([
            f"`{result['application']}`", result["version"], result["engine"], ", ".join(f"{name} {version}" for name, version in list(result["with"].items())[1:]) or "-",
            str(result["before"]), deleted, beside, second, str(result["after"]), f"{result['seconds']['swept']:.2f}",
        ]))
    return "\n".join(lines) + "\n"


def _counts(numbers):
    return "<br>".join(f"`{name}` {number}" for name, number in numbers.items() if number) or "0"


def _line(cells):
    return "| " + " | ".join(cells) + " |"
