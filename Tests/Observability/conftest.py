"""What the tests of the observability pack share."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

import grafana

# jobsweep reads its configuration from such variables, and refuses those that it doesn't know.
for name in [name for name in os.environ if name.startswith("JOBSWEEP_")]:
    del os.environ[name]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROMETHEUS = ROOT / "prometheus"
DASHBOARDS = sorted((ROOT / "grafana" / "dashboards").glob("*.json"))


def binary() -> Path | None:
    """The sidecar under test: $TESTED_JOBSWEEP, else the newest build of this checkout, else None."""
    named = os.environ.get("TESTED_JOBSWEEP")
    if named:
        return Path(named)
    builds = [path for kind in ("debug", "release") if (path := ROOT / ".build" / kind / "jobsweep").exists()]
    return max(builds, key=lambda path: path.stat().st_mtime) if builds else None


@pytest.fixture(scope="session")
def jobsweep() -> Path:
    path = binary()
    if path is None:
        pytest.skip("no jobsweep binary: build it, or name it in TESTED_JOBSWEEP")
    return path


@pytest.fixture(scope="session")
def contract() -> dict[str, dict]:
    """The metrics of DESIGN.md section 8, by name."""
    return {metric["name"]: metric for metric in json.loads((HERE / "metrics.json").read_text())}


def printed_catalogue(path: Path, directory: Path) -> list[dict] | None:
    """What `jobsweep metrics --json` prints; None from a binary that can't."""
    done = subprocess.run([path, "metrics", "--json"], capture_output=True, text=True, cwd=directory)
    try:
        printed = json.loads(done.stdout)
    except json.JSONDecodeError:
        return None
    return printed if isinstance(printed, list) else None


@pytest.fixture(scope="session")
def catalogue(contract: dict[str, dict], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """The catalogue that the binary prints, by name; the contract where there is no binary that prints one."""
    path = binary()
    printed = printed_catalogue(path, tmp_path_factory.mktemp("catalogue")) if path else None
    return {metric["name"]: metric for metric in printed} if printed else contract


@pytest.fixture(scope="session")
def alert_rules() -> list[dict]:
    groups = yaml.safe_load((PROMETHEUS / "rules" / "jobsweep.alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="session")
def recording_rules() -> list[dict]:
    groups = yaml.safe_load((PROMETHEUS / "rules" / "jobsweep.rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="session", params=DASHBOARDS, ids=lambda path: path.stem)
def dashboard(request: pytest.FixtureRequest) -> grafana.Dashboard:
    return grafana.Dashboard(json.loads(request.param.read_text()))


@pytest.fixture(scope="session")
def dashboards() -> list[grafana.Dashboard]:
    return [grafana.Dashboard(json.loads(path.read_text())) for path in DASHBOARDS]
