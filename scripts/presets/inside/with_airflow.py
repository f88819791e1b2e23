"""Apache Airflow: DAGs that really run, the audit log and the heartbeats of jobs; read again through Airflow's REST API and its models."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from ledger import POSTGRES, Ledger, ages, expect, main, postgres, rows, told

KEEP_LOG, KEEP_JOBS, KEEP_RUNS = timedelta(days=90), timedelta(days=30), timedelta(days=180)
#: What goes along with a run of a DAG, and the columns of its key. All of them name the run.
INSTANCE = ["dag_id", "task_id", "run_id", "map_index"]
OFF_RUNS = {"task_instance": ["id"], "xcom": [*INSTANCE, "key"], "rendered_task_instance_fields": INSTANCE, "task_instance_history": ["task_instance_id"], "task_map": INSTANCE}
DAGS = '''
from airflow.sdk import dag, task

def made(name):
    @dag(dag_id=name, schedule=None)
    def flow():
        @task
        def first():
            return 41

        @task
        def second(number, params=None, dag_run=None):
            if dag_run.conf.get("fails"):
                raise ValueError("told to")
            return number + 1

        second(first())

    return flow()

daily, retired = made("daily"), made("retired")
'''


def settle(folder):
    home = folder / "airflow"
    (home / "dags").mkdir(parents=True, exist_ok=True)
    (home / "dags" / "verify.py").write_text(DAGS)
    os.environ |= {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": postgres("psycopg2") if POSTGRES else f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def airflow(*words):
    done = subprocess.run([Path(sys.executable).parent / "airflow", *words], capture_output=True, text=True)
    expect(done.returncode == 0, f"airflow {' '.join(words)} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def loaded():
    """The DAGs, as the file gives them."""
    sys.path.insert(0, str(Path(os.environ["AIRFLOW_HOME"]) / "dags"))
    import verify

    return verify.daily, verify.retired


class Fates:
    """Gives every row that appeared since the last look the fate of the age at which it was put in."""

    def __init__(self, ledger):
        self.ledger, self.seen = ledger, {}

    def new(self, table, key="id"):
        there = {row[0] for row in rows(self.ledger.database, f"SELECT {key} FROM {table}")}
        fresh = there - self.seen.get(table, set())
        self.seen[table] = there
        return sorted(fresh, key=str)


def fill(folder):
    settle(folder)
    airflow("db", "migrate")
    airflow("dags", "reserialize")
    daily, retired = loaded()
    from airflow.jobs.job import Job, run_job
    from airflow.models.log import Log
    from airflow.utils.session import create_session

    ledger = Ledger(folder / "airflow.db", ["apache-airflow", "sqlalchemy"])
    for table, rule in (("log", "airflow_log"), ("job", "airflow_jobs"), ("dag_run", "airflow_dag_runs")):
        ledger.table(table, rule=rule)
    fates, runs = Fates(ledger), []
    # What the commands themselves wrote just now.
    for table in ("log", "job"):
        for key in fates.new(table):
            ledger.row(table, key, False)
    for age in ages(KEEP_JOBS.days, KEEP_LOG.days, KEEP_RUNS.days):
        with ledger.back(age):
            with create_session() as session:
                session.add_all(Log(event=event, owner="verify", extra="{}") for event in ("trigger", "paused"))
            run_job(Job(job_type="SchedulerJob"), lambda: 0)
            run_job(Job(job_type="TriggererJob"), lambda: None)
            for flow, fails in ((daily, False), (daily, True), (retired, False)):
                if flow is retired and age < KEEP_RUNS:
                    continue
                now = ledger.now - age + timedelta(seconds=len(runs))
                done = flow.test(logical_date=now, run_after=now, run_conf={"fails": fails})
                runs.append([done.dag_id, done.run_id, str(done.state), age])
        for table, limit, rule in (("log", KEEP_LOG, "airflow_log"), ("job", KEEP_JOBS, "airflow_jobs")):
            for key in fates.new(table):
                ledger.row(table, key, age > limit, rule)
    account(ledger, runs)
    ledger.write(folder)


def account(ledger, runs):
    """The newest run of each DAG stays, and of the others those that ended not too long ago; what hangs off a run shares its fate."""
    newest = {}
    for dag, run, _, age in runs:
        if dag not in newest or age <= newest[dag][1]:
            newest[dag] = (run, age)
    doomed = {(dag, run) for dag, run, state, age in runs if age > KEEP_RUNS and newest[dag][0] != run}
    for ident, dag, run in rows(ledger.database, "SELECT id, dag_id, run_id FROM dag_run"):
        ledger.row("dag_run", ident, (dag, run) in doomed, "airflow_dag_runs")
    for table, key in OFF_RUNS.items():
        ledger.table(table, key)
        for dag, run, *values in rows(ledger.database, f"SELECT dag_id, run_id, {', '.join(key)} FROM {table}"):
            ledger.row(table, values, (dag, run) in doomed, along="airflow_dag_runs")
    ledger.notes["runs"] = [[dag, run, state, (dag, run) not in doomed] for dag, run, state, _ in runs]


def read(folder):
    settle(folder)
    daily, _ = loaded()
    from airflow.api_fastapi.app import create_app
    from fastapi.testclient import TestClient

    made = told(folder)
    with TestClient(create_app(), base_url="http://localhost") as client:
        client.headers["Authorization"] = f"Bearer {client.get('/auth/token').json()['access_token']}"

        def asked(path, name):
            answer = client.get(f"/api/v2/{path}", params={"limit": 100})
            expect(answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}")
            return answer.json()[name]

        found = {(run["dag_id"], run["dag_run_id"]): run for run in asked("dags/~/dagRuns", "dag_runs")}
        stay = {(dag, run): state for dag, run, state, stays in made["notes"]["runs"] if stays}
        expect(found.keys() == stay.keys(), f"the runs {found.keys() ^ stay.keys()}")
        for (dag, run), state in stay.items():
            expect(found[dag, run]["state"] == state, f"the run {run} is {found[dag, run]['state']}")
            tasks = asked(f"dags/{dag}/dagRuns/{run}/taskInstances", "task_instances")
            expect({task["task_id"]: task["state"] for task in tasks} == {"first": "success", "second": state}, f"the tasks of {run} are others")
            values = asked(f"dags/{dag}/dagRuns/{run}/taskInstances/first/xcomEntries", "xcom_entries")
            expect([value["key"] for value in values] == ["return_value"], f"what a task of {run} returned is missing")
        kept = {table: {key for (key,) in made["tables"][table]["kept"]} for table in ("log", "job")}
        gone = {key for (key,) in made["tables"]["log"]["gone"]}
        events = {event["event_log_id"] for event in asked("eventLogs", "event_logs")}
        expect(kept["log"] <= events and not events & gone, "other events are logged")
        expect({job["id"] for job in asked("jobs", "jobs")} == kept["job"], "other jobs are there")
    airflow("dags", "list-runs", "daily")
    expect(str(daily.test(run_conf={}).state) == "success", "no new run can be done")


main(fill, read)
