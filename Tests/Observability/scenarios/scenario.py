"""A scenario: sidecars, and what is asserted about the rules when Prometheus has scraped them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sidecar import MINUTE, Sidecar

FIRING = 'group by (alertname) (ALERTS{alertname!="Watchdog",alertstate="firing"})'


@dataclass
class Scenario:
    """`scrape` is the scrape interval; rules are evaluated every minute, so 45 s is a misaligned one."""

    name: str
    sidecars: list[Sidecar]
    until: int
    scrape: int = MINUTE
    expectations: list[dict] = field(default_factory=list)
    alerts: list[dict] = field(default_factory=list)

    def firing(self, at: int, *alerts: str) -> Scenario:
        """At `at` these alerts fire and no others (the watchdog aside)."""
        samples = [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in sorted(alerts)]
        self.expectations.append({"expr": FIRING, "eval_time": f"{at}s", "exp_samples": samples})
        return self

    def quiet(self, *times: int) -> Scenario:
        """At these times nothing fires."""
        for at in times:
            self.firing(at)
        return self

    def value(self, at: int, expression: str, samples: dict[str, float]) -> Scenario:
        """At `at` the expression has exactly these samples."""
        self.expectations.append(
            {
                "expr": expression,
                "eval_time": f"{at}s",
                "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()],
            }
        )
        return self

    def alert(self, at: int, name: str, labels: dict[str, str], annotations: dict[str, str]) -> Scenario:
        """At `at` the alert fires with exactly these labels and annotations."""
        self.alerts.append(
            {
                "eval_time": f"{at}s",
                "alertname": name,
                "exp_alerts": [{"exp_labels": labels, "exp_annotations": annotations}],
            }
        )
        return self

    def document(self) -> dict:
        test: dict = {
            "name": self.name,
            "interval": f"{self.scrape}s",
            "input_series": [s for sidecar in self.sidecars for s in sidecar.series(self.until, self.scrape)],
        }
        if self.alerts:
            test["alert_rule_test"] = self.alerts
        if self.expectations:
            test["promql_expr_test"] = self.expectations
        return test
