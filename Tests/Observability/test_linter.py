"""The rules of Grafana's dashboard linter (github.com/grafana/dashboard-linter), all seventeen of its RuleSet.

The linter is a Go program; each rule is written out here as its documentation and source state it, and a test at the end holds
the list against the tests.
"""

from __future__ import annotations

import promql
from grafana import Dashboard, Panel, expand_for_parsing

RULES = {
    "template-datasource-rule": "Checks that the dashboard has a templated datasource.",
    "template-job-rule": "Checks that the dashboard has a templated job.",
    "template-instance-rule": "Checks that the dashboard has a templated instance.",
    "template-label-promql-rule": "Checks that the dashboard templated labels have proper PromQL expressions.",
    "template-on-time-change-reload-rule": "Checks that the template variables are configured to reload on time change.",
    "panel-datasource-rule": "Checks that each panel uses the templated datasource.",
    "panel-title-description-rule": "Checks that each panel has a title and description.",
    "panel-units-rule": "Checks that each panel uses has valid units defined.",
    "panel-no-targets-rule": "Checks that each panel has at least one target.",
    "target-logql-rule": "Checks that each target uses a valid LogQL query.",
    "target-logql-auto-rule": "Checks that each Loki target uses $__auto for range vectors when appropriate.",
    "target-promql-rule": "Checks that each target uses a valid PromQL query.",
    "target-rate-interval-rule": "Checks that each target uses $__rate_interval.",
    "target-job-rule": "Checks that every PromQL query has a job matcher.",
    "target-instance-rule": "Checks that every PromQL query has a instance matcher.",
    "target-counter-agg-rule": "Checks that any counter metric is aggregated with rate, irate, or increase.",
    "uneditable-dashboard": "Checks that the dashboard is not editable.",
}

#: The units of the linter's list that this pack uses or may come to use.
UNITS = {"none", "short", "percentunit", "bytes", "s", "reqps", "ops", "dateTimeFromNow", "dateTimeAsIso", "bool"}


def targets(dashboard: Dashboard) -> list[tuple[Panel, str, str]]:
    """Panel, the query as it stands, and the query as PromQL."""
    return [
        (panel, target["expr"], expand_for_parsing(target["expr"]))
        for panel in dashboard.panels
        for target in panel.targets
    ]


def test_template_datasource_rule(dashboard: Dashboard):
    sources = [variable for variable in dashboard.json["templating"]["list"] if variable["type"] == "datasource"]
    assert [(s["name"], s["label"], s["query"]) for s in sources] == [("datasource", "Data source", "prometheus")]


def check_template(dashboard: Dashboard, name: str, label: str) -> None:
    variable = dashboard.variables[name]
    assert variable["type"] == "query"
    assert variable["datasource"]["uid"] in ("$datasource", "${datasource}")
    assert variable["label"] == label
    assert variable["multi"] is True
    assert variable["allValue"] == ".+"


def test_template_job_rule(dashboard: Dashboard):
    check_template(dashboard, "job", "Job")


def test_template_instance_rule(dashboard: Dashboard):
    check_template(dashboard, "instance", "Instance")


def test_template_label_promql_rule(dashboard: Dashboard):
    for variable in dashboard.variables.values():
        if variable["type"] == "query":
            function, argument = variable["query"].rstrip(")").split("(", 1)
            assert function in ("label_names", "label_values", "metrics", "query_result")
            promql.parse(argument.rsplit(",", 1)[0])


def test_template_on_time_change_reload_rule(dashboard: Dashboard):
    for variable in dashboard.variables.values():
        assert variable["type"] != "query" or variable["refresh"] == 2


def test_panel_datasource_rule(dashboard: Dashboard):
    for panel in dashboard.panels:
        assert panel.json["datasource"] == {"type": "prometheus", "uid": "${datasource}"}, panel.title
        for target in panel.targets:
            assert target["datasource"] == panel.json["datasource"], panel.title


def test_panel_title_description_rule(dashboard: Dashboard):
    for panel in dashboard.panels:
        assert panel.title and panel.json["description"], panel.json["id"]


def test_panel_units_rule(dashboard: Dashboard):
    """Stricter than the linter: panels with value mappings must have a unit as well, and so must each override."""
    for panel in dashboard.panels:
        config = panel.json["fieldConfig"]
        units = [config["defaults"]["unit"]]
        for override in config["overrides"]:
            units += [p["value"] for p in override["properties"] if p["id"] == "unit"]
        assert set(units) <= UNITS, panel.title


def test_panel_no_targets_rule(dashboard: Dashboard):
    for panel in dashboard.panels:
        assert panel.targets, panel.title


def test_target_logql_rule(dashboard: Dashboard):
    """There is no Loki target whose LogQL could be wrong."""
    assert all(target["datasource"]["type"] == "prometheus" for panel in dashboard.panels for target in panel.targets)


def test_target_logql_auto_rule(dashboard: Dashboard):
    """Nor one whose range could be anything but $__auto."""
    assert not [expression for _, expression, _ in targets(dashboard) if "$__auto" in expression]


def test_target_promql_rule(dashboard: Dashboard):
    for _, _, expression in targets(dashboard):
        promql.parse(expression)


def test_target_rate_interval_rule(dashboard: Dashboard):
    """Ranges of rate and irate are $__rate_interval; those of increase that or, for a total, $__range."""
    for panel in dashboard.panels:
        for target in panel.targets:
            marked = target["expr"].replace("$__rate_interval", "1234s").replace("$__range", "4321s")
            for node, parents in promql.walk(promql.parse(expand_for_parsing(marked))):
                if type(node).__name__ == "MatrixSelector":
                    seconds = node.range.total_seconds()
                    function = parents[-1].func.name
                    allowed = {"rate": {1234}, "irate": {1234}, "increase": {1234, 4321}}[function]
                    assert seconds in allowed, f"{panel.title}: {target['expr']}"


def check_matcher(dashboard: Dashboard, label: str) -> None:
    for panel, expression, parsed in targets(dashboard):
        for selector in promql.selectors(parsed):
            assert (label, "=~", f"${label}") in selector.matchers, f"{panel.title}: {expression}"


def test_target_job_rule(dashboard: Dashboard):
    check_matcher(dashboard, "job")


def test_target_instance_rule(dashboard: Dashboard):
    check_matcher(dashboard, "instance")


def test_target_counter_agg_rule(dashboard: Dashboard, contract: dict[str, dict]):
    """Stricter than the linter, which goes by the name's ending: histograms' series are counters, too."""
    counters = {name for name, metric in contract.items() if metric["type"] == "counter"}
    for name, metric in contract.items():
        if metric["type"] == "histogram":
            counters |= {name + suffix for suffix in ("_bucket", "_sum", "_count")}
    for panel, expression, parsed in targets(dashboard):
        for selector in promql.selectors(parsed):
            if selector.name in counters:
                kinds = [type(parent).__name__ for parent in selector.parents[-2:]]
                assert kinds == ["Call", "MatrixSelector"], f"{panel.title}: {expression}"
                assert selector.parents[-2].func.name in ("rate", "irate", "increase"), f"{panel.title}: {expression}"


def test_uneditable_dashboard(dashboard: Dashboard):
    assert dashboard.json["editable"] is False


def test_every_rule_has_its_test():
    tests = {name.removeprefix("test_").replace("_", "-") for name in globals() if name.startswith("test_")}
    assert len(RULES) == 17
    assert set(RULES) <= tests
