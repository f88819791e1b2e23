"""What the linter doesn't ask of a dashboard."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from conftest import DASHBOARDS, ROOT
from grafana import Dashboard

PROVISIONING = ROOT / "grafana" / "provisioning"


def test_the_dashboards_are_these():
    assert [path.name for path in DASHBOARDS] == ["jobsweep-fleet.json", "jobsweep-overview.json"]
    for path in DASHBOARDS:
        assert json.loads(path.read_text())["uid"] == path.stem


def test_schema_is_classic_and_current(dashboard: Dashboard):
    assert 39 <= dashboard.json["schemaVersion"] <= 42
    assert "id" not in dashboard.json and "__inputs" not in dashboard.json and "elements" not in dashboard.json


def test_nothing_has_to_be_filled_in_at_import(dashboard: Dashboard):
    assert "${DS_" not in json.dumps(dashboard.json)


def test_panel_ids_and_query_names_are_unique(dashboard: Dashboard):
    ids = [panel["id"] for panel in dashboard.json["panels"]]
    assert len(ids) == len(set(ids))
    for panel in dashboard.panels:
        references = [target["refId"] for target in panel.targets]
        assert len(references) == len(set(references)), panel.title
    titles = [panel.title for panel in dashboard.panels]
    assert len(titles) == len(set(titles))


def test_panels_fill_the_grid_without_overlap(dashboard: Dashboard):
    taken: set[tuple[int, int]] = set()
    for panel in dashboard.json["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24, panel["title"]
        assert not cells & taken, panel["title"]
        taken |= cells
    bottom = max(y for _, y in taken)
    assert len(taken) == 24 * (bottom + 1), "there is a hole in the layout"


def test_empty_panels_say_why(dashboard: Dashboard):
    for panel in dashboard.panels:
        assert len(panel.json["fieldConfig"]["defaults"]["noValue"]) > 8, panel.title


def test_a_panel_whose_values_can_be_missing_has_its_own_words(dashboard: Dashboard):
    """`> 0` drops the zero that means never: the panel says so in words."""
    for panel in dashboard.panels:
        if panel.type in ("stat", "gauge") and any("> 0)" in target["expr"] for target in panel.targets):
            assert re.search(r"never|no run", panel.json["fieldConfig"]["defaults"]["noValue"]), panel.title


def test_overrides_name_queries_and_columns_that_exist(dashboard: Dashboard):
    for panel in dashboard.panels:
        references = {target["refId"] for target in panel.targets}
        renamed = set()
        for transformation in panel.json.get("transformations", []):
            options = transformation["options"]
            renamed |= set(options.get("renameByName", {}).values())
            for field in options.get("renameByName", {}):
                if field.startswith("Value #"):
                    assert field.removeprefix("Value #") in references, panel.title
            assert set(options.get("indexByName", {})) == set(options.get("renameByName", {}))
        for override in panel.json["fieldConfig"]["overrides"]:
            matcher = override["matcher"]
            if matcher["id"] == "byFrameRefID":
                assert matcher["options"] in references, panel.title
            elif panel.type == "table":
                assert matcher["options"] in renamed, panel.title


def test_colours_of_statuses_are_of_statuses_that_exist(dashboards: list[Dashboard], contract: dict[str, dict]):
    (overview,) = [dashboard for dashboard in dashboards if dashboard.uid == "jobsweep-overview"]
    (panel,) = [panel for panel in overview.panels if panel.title == "Runs by how they ended"]
    overrides = [override["matcher"] for override in panel.json["fieldConfig"]["overrides"]]
    coloured = {matcher["options"] for matcher in overrides if matcher["id"] == "byName"}
    assert coloured == set(contract["jobsweep_runs_total"]["values"]["status"])


def test_what_is_zero_all_the_time_is_in_no_legend_and_no_table(dashboard: Dashboard):
    for panel in dashboard.panels:
        settings = panel.json["fieldConfig"]
        custom = settings["defaults"].get("custom", {})
        mostly_zero = panel.type == "timeseries" and (
            custom["stacking"]["mode"] == "normal"
            or custom["lineInterpolation"] == "stepAfter"
            or panel.title in ("HTTP requests", "What can't be undone, what isn't begun")
        )
        if mostly_zero:
            hidden = [override for override in settings["overrides"] if override["matcher"]["id"] == "byValue"]
            assert len(hidden) == 1 and hidden[0]["properties"][0]["value"]["legend"] is True, panel.title
        if panel.type == "timeseries":
            assert panel.json["options"]["legend"]["sortDesc"] is True, panel.title
        if panel.type == "table" and panel.title != "Sidecars":
            assert panel.json["transformations"][0]["id"] == "filterByValue", panel.title


def test_quantiles_are_lines_over_gaps(dashboard: Dashboard):
    for panel in dashboard.panels:
        if any("histogram_quantile" in target["expr"] for target in panel.targets):
            custom = panel.json["fieldConfig"]["defaults"]["custom"]
            assert custom["drawStyle"] == "line" and custom["spanNulls"] is True, panel.title
            # NaN is no gap: Prometheus leaves it out.
            expressions = [target["expr"] for target in panel.targets if "histogram_quantile" in target["expr"]]
            assert all(expression.endswith(" >= 0") for expression in expressions), panel.title


def test_links_lead_to_dashboards_that_exist(dashboards: list[Dashboard]):
    known = {dashboard.uid for dashboard in dashboards}
    for dashboard in dashboards:
        linked = set(re.findall(r"/d/([\w-]+)/([\w-]+)", json.dumps(dashboard.json)))
        assert linked and all(uid == slug and uid in known for uid, slug in linked), dashboard.uid


def test_links_of_alerts_lead_to_dashboards_that_exist(alert_rules: list[dict], dashboards: list[Dashboard]):
    variables = {dashboard.uid: set(dashboard.variables) for dashboard in dashboards}
    for rule in alert_rules:
        url = rule["annotations"]["dashboard_url"]
        uid = re.search(r"/d/([\w-]+)/", url)[1]
        assert set(re.findall(r"var-(\w+)=", url)) <= variables[uid], rule["alert"]


# Provisioning


@pytest.mark.parametrize("path", sorted(PROVISIONING.rglob("*.yml")), ids=lambda path: path.parent.name)
def test_provisioning_is_plain(path):
    text = path.read_text()
    assert "${" not in text
    assert yaml.safe_load(text)["apiVersion"] == 1


def test_provisioned_data_source_is_the_one_that_dashboards_select(dashboards: list[Dashboard]):
    (source,) = yaml.safe_load((PROVISIONING / "datasources" / "jobsweep.yml").read_text())["datasources"]
    assert source["type"] == "prometheus"
    # A second default stops Grafana from starting, and others have theirs.
    assert source["isDefault"] is False and source["name"] != "Prometheus"
    config = yaml.safe_load((ROOT / "prometheus" / "prometheus.yml").read_text())
    assert source["jsonData"]["timeInterval"] == config["scrape_configs"][0]["scrape_interval"]
    for dashboard in dashboards:
        current = dashboard.variables["datasource"]["current"]
        assert (current["value"], current["text"]) == (source["uid"], source["name"])


def test_provisioned_dashboards_come_from_one_folder():
    (provider,) = yaml.safe_load((PROVISIONING / "dashboards" / "jobsweep.yml").read_text())["providers"]
    assert provider["type"] == "file"
    assert provider["options"] == {"path": "/var/lib/grafana/dashboards/jobsweep"}
