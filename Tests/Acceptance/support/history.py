"""`jobsweep history --json`, whose reports are found wherever the document keeps them."""

import json

from support.reports import ADDED, NAMES


def runs(workspace):
    """Every report in the history, as the command gives them in order."""
    found = []

    def search(value):
        if isinstance(value, dict):
            if {"run_id", "status", "old_jobs_deleted"} <= value.keys():
                found.append(value)
            else:
                for inner in value.values():
                    search(inner)
        elif isinstance(value, list):
            for inner in value:
                search(inner)

    search(json.loads(workspace.command("history", "--json").exits(0).out))
    for report in found:
        assert NAMES - ADDED <= report.keys()
    return found
