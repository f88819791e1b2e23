"""The links that alerts carry in the shipped rules."""

RUNBOOK = "https://github.com/jobsweep/jobsweep/blob/main/prometheus/RUNBOOK.md"
GRAFANA = "http://localhost:3000"


def links(alert: str, job: str = "jobsweep", instance: str = "app%3A9745") -> dict[str, str]:
    return {
        "runbook_url": f"{RUNBOOK}#{alert.lower()}",
        "dashboard_url": f"{GRAFANA}/d/jobsweep-overview/jobsweep-overview?var-job={job}&var-instance={instance}",
    }


def fleet_links(alert: str) -> dict[str, str]:
    return {
        "runbook_url": f"{RUNBOOK}#{alert.lower()}",
        "dashboard_url": f"{GRAFANA}/d/jobsweep-fleet/jobsweep-fleet",
    }
