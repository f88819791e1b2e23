"""Markdown tables and the numbers in them."""


def table(heads, rows):
    lines = [list(map(str, heads))] + [list(map(str, row)) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    # Numbers stand on the right.
    rule = ["-" * max(3, widths[0])] + ["-" * (max(3, width) - 1) + ":" for width in widths[1:]]
    padded = [
        [cell.rjust(max(3, width)) if place else cell.ljust(max(3, width)) for place, (cell, width) in enumerate(zip(line, widths))]
        for line in lines
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in [padded[0], rule, *padded[1:]])


def figure(value):
    """Three figures or more."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def count(value):
    return f"{value:,.0f}"


def times(ratio):
    return f"{ratio:.2f}"


def megabytes(size):
    return f"{size / 1e6:,.0f}" if size >= 100e6 else f"{size / 1e6:.1f}"


def milliseconds(seconds):
    return f"{figure(seconds * 1e3)} ms"
