"""Prometheus and Alertmanager with the shipped files.

What is changed in them, and nothing else: addresses and paths; the scrape and evaluation intervals (30 s and 1 m become 1 s); the
time that alerts must hold (`for`, a twentieth, so that 5 m are 15 s); Alertmanager's waiting times (1 s). The expressions of all
rules are the shipped ones, their windows among them.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

from .process import Program, free_port

#: By how much the time is shortened for which alerts must hold.
HASTE = 20

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def hasten_rules(text: str) -> str:
    def shorter(match: re.Match) -> str:
        return f'{match[1]}"{int(match[2]) * UNITS[match[3]] // HASTE}s"'

    text, count = re.subn(r'^( +for: )"?(\d+)([smhd])"?$', shorter, text, flags=re.M)
    assert count == text.count("    for: ")
    return text.replace('interval: "1m"', 'interval: "1s"')


def change(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, f"the shipped file no longer has: {old}"
        text = text.replace(old, new)
    return text


class Alertmanager:
    def __init__(self, shipped: Path, directory: Path, webhook: str) -> None:
        directory.mkdir()
        self.address = f"127.0.0.1:{free_port()}"
        file = directory / "alertmanager.yml"
        text = change(shipped.read_text(), ("http://127.0.0.1:9094", webhook))
        text = re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)
        file.write_text(text)
        self.program = Program(
            [
                "prometheus-alertmanager",
                f"--config.file={file}",
                f"--storage.path={directory / 'data'}",
                f"--web.listen-address={self.address}",
                "--cluster.listen-address=",
            ],
            directory / "log",
        )

    def start(self) -> None:
        self.program.start(lambda: is_ready(self.address))


class Prometheus:
    def __init__(self, shipped: Path, directory: Path, targets: list[str], alertmanager: str) -> None:
        directory.mkdir()
        self.address = f"127.0.0.1:{free_port()}"
        self.directory = directory
        (directory / "rules").mkdir()
        for file in (shipped / "rules").glob("*.yml"):
            (directory / "rules" / file.name).write_text(hasten_rules(file.read_text()))
        text = change(
            (shipped / "prometheus.yml").read_text(),
            ('targets: ["127.0.0.1:9745"]', f"targets: {json.dumps(targets)}"),
            ('targets: ["127.0.0.1:9093"]', f'targets: ["{alertmanager}"]'),
            ("scrape_interval: 30s", "scrape_interval: 1s"),
            ("scrape_timeout: 10s", "scrape_timeout: 1s"),
            ("evaluation_interval: 30s", "evaluation_interval: 1s"),
        )
        (directory / "prometheus.yml").write_text(text)
        self.program = Program(
            [
                "prometheus",
                f"--config.file={directory / 'prometheus.yml'}",
                f"--storage.tsdb.path={directory / 'data'}",
                "--storage.tsdb.retention.time=60d",
                f"--web.listen-address={self.address}",
                # What fired before Alertmanager was known is said again soon.
                "--rules.alert.resend-delay=5s",
            ],
            directory / "log",
        )

    def remember(self, openmetrics: str) -> None:
        """Puts samples of the past into the storage, before the start."""
        file = self.directory / "past.om"
        file.write_text(openmetrics)
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", file, self.directory / "data"],
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        self.program.start(lambda: is_ready(self.address))

    def query(self, expression: str, at: float | None = None) -> list[dict]:
        """What it is now, or was `at` that time."""
        return self._get("query", query=expression, time=time.time() if at is None else at)["result"]

    def query_range(self, expression: str, start: float, end: float, step: float) -> list[dict]:
        return self._get("query_range", query=expression, start=start, end=end, step=step)["result"]

    def rules(self) -> list[dict]:
        with urllib.request.urlopen(f"http://{self.address}/api/v1/rules", timeout=120) as answer:
            groups = json.load(answer)["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]

    def _get(self, endpoint: str, **parameters: object) -> dict:
        data = urllib.parse.urlencode(parameters).encode()
        request = urllib.request.Request(f"http://{self.address}/api/v1/{endpoint}", data=data)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["data"]


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/-/ready", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
