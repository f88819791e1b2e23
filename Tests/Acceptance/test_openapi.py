"""The API's description against the real server, by a schema-driven tester (schemathesis)."""

import json
import subprocess
import sys
from pathlib import Path

from support.bulk import bulk

CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method",
]


def test_no_undocumented_answer(workspace):
    bulk(old=200, stale=20).world.write(workspace.database)
    serving = workspace.serve()
    schemathesis = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [schemathesis, "run", f"http://127.0.0.1:{serving.port}/api/openapi.json", "--max-examples", "25", "--seed", "1", "--no-color",
         *[word for name, value in serving.bearer.items() for word in ("--header", f"{name}: {value}")],
         "--checks", ",".join(CHECKS)],
        capture_output=True, text=True, cwd=workspace.folder, timeout=550,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert serving.alive
    exposition = serving.scrape()
    assert exposition.total("jobsweep_http_requests_total") > 200
    assert serving.ask("/api/jobs?limit=100").text.count('"trigger":"api"') >= 1, "it really ran"


def test_every_route_is_described(workspace):
    """What isn't in the description isn't there: each path of it answers, and the page's own files are the only others."""
    bulk(old=1).world.write(workspace.database)
    serving = workspace.serve()
    described = json.loads(serving.ask("/api/openapi.json").text)["paths"]
    handlers = {dict(labels)["handler"] for labels in serving.scrape().labels("jobsweep_http_requests_total")}
    assert handlers == set(described) | {"/assets", "other"}


def test_what_changes_something_says_what_it_requires(workspace):
    """A client made from the description would otherwise learn of the token, and of the type of its body, from refusals."""
    bulk(old=1).world.write(workspace.database)
    described = json.loads(workspace.serve().ask("/api/openapi.json").text)
    changing = {path: methods["post"] for path, methods in described["paths"].items() if "post" in methods and path != "/api/session"}
    assert "/-/reload" in changing and "/api/jobs/run" in changing
    for path, operation in changing.items():
        assert {"token": []} in operation["security"] and {} not in operation["security"], path
        assert list(operation["requestBody"]["content"]) == ["application/json"], path
        assert {"400", "401", "403", "415"} <= operation["responses"].keys(), path
