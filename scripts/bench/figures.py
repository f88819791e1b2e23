"""Medians and percentiles."""

import math
import statistics


def median(values):
    return statistics.median(values)


def percentile(values, percent):
    """The smallest value that so many percent of the values don't exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def with_due(durations, interval):
    """The durations, and those of the inserts that would have been due meanwhile, had the application not waited.

    A writer that is held up for 3 s counts once among thousands, though 600 inserts were due in that time. Each of them is
    given what was left to wait when it was due, as HdrHistogram corrects for coordinated omission.
    """
    whole = []
    for duration in durations:
        while duration > 0:
            whole.append(duration)
            duration -= interval
    return whole
