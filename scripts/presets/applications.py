"""The applications that install from PyPI, by the names of their presets."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
PRESETS = HERE.parents[1] / "Sources" / "Sweeping" / "Presets"


@dataclass(frozen=True)
class Application:
    """One application: what to install, and the program that runs inside its environment."""

    preset: str
    distribution: str
    #: What has to be installed beside it, for PostgreSQL too.
    beside: tuple = ()
    #: What PostgreSQL needs at one version of it alone; where versions are named, the others run on SQLite only.
    for_postgres: dict = field(default_factory=dict)
    #: Settings beside the preset, such as a rule that is switched off by itself.
    rules: tuple = ()

    @property
    def program(self):
        return HERE / "inside" / f"with_{self.preset}.py"

    def requirements(self, version):
        """What pip installs; time-machine sets the clock of the process back."""
        return [f"{self.distribution}=={version}", "time-machine", *self.beside, *self.for_postgres.get(version, ())]

    def runs_on(self, engine, version):
        return engine == "sqlite" or not self.for_postgres or version in self.for_postgres


ALL = {
    application.preset: application
    for application in (
        Application("prefect", "prefect", beside=("psycopg[binary]",)),
        Application("dagster", "dagster", beside=("psycopg[binary]",), for_postgres={"1.13.27": ("dagster-postgres==0.29.27", "sqlalchemy<2.1")}),
        Application("airflow", "apache-airflow", beside=("psycopg2-binary", "asyncpg", "psycopg[binary]"), rules=({"name": "airflow_dag_runs", "enabled": True},)),
        Application("django_celery_results", "django-celery-results", beside=("django<6", "psycopg[binary]")),
        Application("django_q", "django-q2", beside=("django<6", "psycopg[binary]")),
    )
}


def versions(name):
    """The versions that the preset says it was verified on."""
    preset = yaml.safe_load((PRESETS / f"{name}.yml").read_text())
    return [str(version) for version in preset["verified"]]
