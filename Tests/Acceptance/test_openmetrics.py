"""OpenMetrics says the same as the text format, by the strict parser of Prometheus' own client."""

import gzip

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text

from support.faults import work_for_all

OPENMETRICS = "application/openmetrics-text;version=1.0.0"
#: Different from one scrape to the next by themselves.
MOVING = ("process_", "jobsweep_http_requests_total")


def samples(families):
    return {
        (sample.name, tuple(sorted({**sample.labels, **({"le": float(sample.labels["le"])} if "le" in sample.labels else {})}.items()))): sample.value
        for family in families for sample in family.samples if not sample.name.startswith(MOVING)
    }


def test_both_formats_say_the_same(workspace):
    work_for_all().write(workspace.database)
    workspace.run()
    serving = workspace.serve()
    new = serving.ask("/metrics", headers={"Accept": OPENMETRICS})
    old = serving.ask("/metrics")
    assert new.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert old.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert new.text.endswith("# EOF\n")
    assert samples(openmetrics(new.text)) == samples(text(old.text))


@pytest.mark.parametrize("accept", [OPENMETRICS, "text/plain"])
def test_gzip(workspace, accept):
    work_for_all().write(workspace.database)
    serving = workspace.serve()
    answer = serving.ask("/metrics", headers={"Accept": accept, "Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and "Accept-Encoding" in answer.headers["vary"]
    assert b"jobsweep_up 1" in gzip.decompress(answer.body)
    assert "content-encoding" not in serving.ask("/metrics", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_only_some_names(workspace):
    work_for_all().write(workspace.database)
    serving = workspace.serve()
    names = {family.name for family in text(serving.ask("/metrics?name[]=jobsweep_up&name[]=jobsweep_run_duration_seconds_bucket").text)}
    assert names == {"jobsweep_up", "jobsweep_run_duration_seconds"}
