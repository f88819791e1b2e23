"""The applications that install from PyPI, by the names of their presets."""

from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
PRESETS = HERE.parents[1] / "Sources" / "Sweeping" / "Presets"


@dataclass(frozen=True)
class Application:
    """One application: what to install, and the program that runs inside its environment."""

    preset: str
    distribution: str
    #: What has to be installed beside it.
    beside: tuple = ()
    #: Settings beside the preset, such as a rule that is switched off by itself.
    rules: tuple = ()

    @property
    def program(self):
        return HERE / "inside" / f"with_{self.preset}.py"

    def requirements(self, version):
        """What pip installs; time-machine sets the clock of the process back."""
        return [f"{self.distribution}=={version}", "time-machine", *self.beside]


ALL = {
    application.preset: application
    for application in (
        Application("prefect", "prefect"),
        Application("dagster", "dagster"),
        Application("airflow", "apache-airflow", rules=({"name": "airflow_dag_runs", "enabled": True},)),
        Application("django_celery_results", "django-celery-results", beside=("django<6",)),
        Application("django_q", "django-q2", beside=("django<6",)),
    )
}


def versions(name):
    """The versions that the preset says it was verified on."""
    preset = yaml.safe_load((PRESETS / f"{name}.yml").read_text())
    return [str(version) for version in preset["verified"]]
