"""The shipped rules as the Prometheus operator takes them, on standard output: deploy/kubernetes/prometheusrule.yaml."""

import sys
from pathlib import Path

HEAD = """# prometheus/rules as the Prometheus operator takes them. Written by scripts/package/prometheus_rule.py.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: jobsweep
spec:
  groups:
"""


def main():
    rules = Path(__file__).resolve().parents[2] / "prometheus" / "rules"
    sys.stdout.write(HEAD)
    for file in sorted(rules.glob("*.yml")):
        for line in file.read_text().split("\ngroups:\n")[1].splitlines():
            sys.stdout.write(f"  {line}".rstrip() + "\n")


main()
