"""Dashboards against Grafana's own models (grafana-foundation-sdk): no unknown key, no wrong type.

A dashboard is read into the models and written again. A key that the models don't know is lost on the way, and so is found;
what the models add are their defaults. The types of what was read are held against the models' annotations.
"""

from __future__ import annotations

import enum
import json
import types
import typing

import pytest
from grafana_foundation_sdk.cog import encoder, plugins
from grafana_foundation_sdk.models import (
    common,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import (
    dashboard as models,
)

from grafana import Dashboard

#: Keys of a Prometheus annotation. They are the data source's own (`PromQuery` annotations of Grafana's Prometheus data source)
#: and not in the models, which have Grafana's built-in annotations only.
PROMETHEUS_ANNOTATION = {"step": str, "tagKeys": str, "textFormat": str, "titleFormat": str, "useValueForTime": bool}

#: Properties of overrides that the pack uses, with the type of each one's value.
OVERRIDE_PROPERTIES = {
    "color": dict,
    "custom.axisPlacement": str,
    "custom.cellOptions": dict,
    "custom.hideFrom": dict,
    "links": list,
    "mappings": list,
    "thresholds": dict,
    "unit": str,
}


@pytest.fixture(scope="session", autouse=True)
def registered():
    plugins.register_default_plugins()


def written_again(source: dict) -> dict:
    return json.loads(json.dumps(models.Dashboard.from_json(source), cls=encoder.JSONEncoder))


def lost(source: object, copy: object, path: str = "") -> list[str]:
    """Where the copy lacks something of the source or says something else."""
    if isinstance(source, dict) and isinstance(copy, dict):
        found = []
        for name, value in source.items():
            if name not in copy:
                # The models leave out what is null; null and missing are the same to Grafana.
                found += [] if value is None else [f"{path}.{name}: unknown key"]
            else:
                found += lost(value, copy[name], f"{path}.{name}")
        return found
    if isinstance(source, list) and isinstance(copy, list):
        if len(source) != len(copy):
            return [f"{path}: {len(source)} entries became {len(copy)}"]
        return [problem for i, (a, b) in enumerate(zip(source, copy)) for problem in lost(a, b, f"{path}[{i}]")]
    return [] if source == copy and type(source) is type(copy) else [f"{path}: {source!r} became {copy!r}"]


def test_nothing_is_lost_in_a_round_trip(dashboard: Dashboard):
    problems = lost(dashboard.json, written_again(dashboard.json))
    allowed = [f".{key}: unknown key" for key in PROMETHEUS_ANNOTATION]
    assert [p for p in problems if not (p.startswith(".annotations.") and p.endswith(tuple(allowed)))] == []


def test_the_round_trip_finds_unknown_keys(dashboard: Dashboard):
    """The test of the test: a misspelt key anywhere is found."""
    source = json.loads(json.dumps(dashboard.json))
    panel = next(p for p in source["panels"] if p["type"] == "timeseries")
    panel["fieldConfig"]["defaults"]["custom"]["lineWitdh"] = 1
    panel["targets"][0]["legendFromat"] = ""
    panel["options"]["tooltip"]["modus"] = ""
    source["refrsh"] = "1m"
    found = {problem.split(":")[0].rsplit(".", 1)[-1] for problem in lost(source, written_again(source))}
    assert {"lineWitdh", "legendFromat", "modus", "refrsh"} <= found


def wrong_types(value: object, expected: object, path: str) -> list[str]:
    """Values of a model whose type is not the annotated one."""
    origin, arguments = typing.get_origin(expected), typing.get_args(expected)
    if expected in (typing.Any, object) or isinstance(expected, (typing.TypeVar, str)):
        return fields(value, path)
    if origin in (typing.Union, types.UnionType):
        choices = [argument for argument in arguments if value is None or argument is not type(None)]
        # A value that is a model is held against that model only, so that what is wrong inside it is told.
        choices = [c for c in choices if isinstance(c, type) and type(value) is c] or choices
        attempts = [wrong_types(value, choice, path) for choice in choices]
        return [] if [] in attempts else min(attempts, key=len)
    if origin is typing.Literal:
        return [] if value in arguments else [f"{path}: {value!r} is none of {arguments}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [p for i, item in enumerate(value) for p in wrong_types(item, arguments[0], f"{path}[{i}]")]
    if origin is dict:
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is no mapping"]
        return [p for name, item in value.items() for p in wrong_types(item, arguments[1], f"{path}.{name}")]
    if expected is float:
        return [] if type(value) in (int, float) else [f"{path}: {value!r} is no number"]
    if isinstance(expected, type) and issubclass(expected, enum.Enum):
        known = {member.value for member in expected}
        return [] if value in known else [f"{path}: {value!r} is none of {sorted(known, key=str)}"]
    if isinstance(value, dict) and hasattr(expected, "from_json"):
        # The models leave some of their parts unread.
        value = expected.from_json(value)
    if hasattr(type(value), "from_json"):
        return fields(value, path) if isinstance(value, expected) else [f"{path}: {value!r} is no {expected.__name__}"]
    if expected is type(None):
        return [] if value is None else [f"{path}: {value!r} is not null"]
    return [] if type(value) is expected else [f"{path}: {value!r} is no {getattr(expected, '__name__', expected)}"]


def fields(model: object, path: str) -> list[str]:
    if not hasattr(type(model), "from_json"):
        return []
    module = __import__(type(model).__module__, fromlist=["_"])
    hints = typing.get_type_hints(type(model).__init__, vars(module))
    return [
        problem
        for name, expected in hints.items()
        if name != "return" and hasattr(model, name)
        for problem in wrong_types(getattr(model, name), expected, f"{path}.{name}")
    ]


def test_types_are_those_of_the_models(dashboard: Dashboard):
    assert fields(models.Dashboard.from_json(dashboard.json), dashboard.uid) == []


def test_the_check_of_types_finds_wrong_ones(dashboard: Dashboard):
    source = json.loads(json.dumps(dashboard.json))
    source["graphTooltip"] = 7
    source["editable"] = "no"
    panel = next(p for p in source["panels"] if p["type"] == "timeseries")
    panel["gridPos"]["w"] = "12"
    panel["fieldConfig"]["defaults"]["custom"]["drawStyle"] = "crayon"
    panel["targets"][0]["instant"] = 1
    problems = " ".join(fields(models.Dashboard.from_json(source), "x"))
    for part in ("graph_tooltip", "editable", "grid_pos.w", "draw_style", "instant"):
        assert part in problems, problems


def test_every_panel_is_of_a_kind_that_the_models_check(dashboard: Dashboard):
    """A kind without a registered model would pass its options unread."""
    source = models.Dashboard.from_json(dashboard.json)
    kinds = {
        "stat": stat.Options,
        "timeseries": timeseries.Options,
        "table": table.Options,
        "state-timeline": statetimeline.Options,
    }
    for panel in source.panels:
        if isinstance(panel, models.Panel):
            assert isinstance(panel.options, kinds.get(panel.type_val, object)), panel.title
            assert hasattr(type(panel.options), "from_json"), panel.title
            assert all(isinstance(target, prometheus.Dataquery) for target in panel.targets), panel.title
            if panel.type_val == "timeseries":
                assert isinstance(panel.field_config.defaults.custom, common.GraphFieldConfig), panel.title


def test_keys_that_the_models_do_not_check(dashboard: Dashboard):
    for annotation in dashboard.json["annotations"]["list"]:
        for name, expected in PROMETHEUS_ANNOTATION.items():
            assert isinstance(annotation.get(name, expected()), expected), annotation["name"]
    for panel in dashboard.panels:
        for override in panel.json["fieldConfig"]["overrides"]:
            matcher = override["matcher"]
            if matcher["id"] == "byValue":
                # https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/transformations/matchers/valueMatchers
                assert matcher["options"] == {"reducer": "max", "op": "lte", "value": 0}, panel.title
            else:
                assert matcher["id"] in ("byName", "byFrameRefID"), panel.title
            for item in override["properties"]:
                assert isinstance(item["value"], OVERRIDE_PROPERTIES[item["id"]]), panel.title
        for transformation in panel.json.get("transformations", []):
            known = {
                "merge": set(),
                "filterByValue": {"filters", "match", "type"},
                "organize": {"excludeByName", "includeByName", "indexByName", "renameByName"},
            }
            assert set(transformation["options"]) == known[transformation["id"]], panel.title
