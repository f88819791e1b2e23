"""Prefect: a server's database, filled and read through the server's own REST API, which runs in this process."""

import asyncio
import os
import uuid
from contextlib import asynccontextmanager
from datetime import timedelta

from ledger import POSTGRES, Ledger, ages, expect, main, postgres, rows, told

KEEP, KEEP_EVENTS = timedelta(days=90), timedelta(days=7)
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")
STATES = (*ENDED, "RUNNING", "PENDING", "SCHEDULED", "PAUSED")
#: What hangs off a flow run, and the column that names it. Of these only the first three have a foreign key.
OFF_RUNS = {"flow_run_state": "flow_run_id", "flow_run_input": "flow_run_id", "task_run": "flow_run_id", "log": "flow_run_id"}


def settle(folder):
    """Where the server keeps everything; has to be said before Prefect is imported."""
    os.environ |= {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_DATABASE_CONNECTION_URL": postgres("asyncpg") if POSTGRES else f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        # Else it deletes events after a week by itself.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENTS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


@asynccontextmanager
async def served():
    """A client of the server's API, with no socket between them and without the server's background services."""
    from prefect.client.orchestration import PrefectClient
    from prefect.server.api.server import create_app

    async with PrefectClient(create_app(ephemeral=True, webserver_only=True)) as client:
        yield client


def work():
    from prefect import flow, task

    @task
    def step(number):
        return number + 1

    @flow(name="verify", log_prints=True)
    def whole(number):
        print("something to say")
        return step(number)

    return whole, step


async def fill_all(folder):
    ledger = Ledger(folder / "prefect.db", ["prefect", "sqlalchemy"])
    for table, rule in (("flow_run", "prefect_flow_runs"), ("artifact", None), ("events", "prefect_events")):
        ledger.table(table, rule=rule)
    limits = ages(KEEP_EVENTS.days, KEEP.days)
    async with served() as client:
        for age in limits:
            with ledger.back(age):
                for state in STATES:
                    await add_run(client, ledger, state, age)
                await add_events(client, ledger, age)
        # The server itself settles a run that has been in this state for long.
        await add_run(client, ledger, "CANCELLING", timedelta(0))
    account(ledger)
    ledger.write(folder)


async def add_run(client, ledger, kind, age):
    """A flow run in one state, with everything that hangs off it; it goes when it ended long ago."""
    from prefect.client.schemas import State

    flow, step = work()
    run = await client.create_flow_run(flow, parameters={"number": 1}, state=State(type="PENDING"))
    task_run = await client.create_task_run(step, run.id, dynamic_key="0", state=State(type="PENDING"))
    await client.set_flow_run_state(run.id, State(type="RUNNING"), force=True)
    await client.set_task_run_state(task_run.id, State(type="RUNNING"), force=True)
    await client.set_task_run_state(task_run.id, State(type="COMPLETED"), force=True)
    await client.create_flow_run_input(run.id, "answer", "42")
    said = {"name": "prefect.flow_runs", "level": 20, "timestamp": instant(), "flow_run_id": str(run.id)}
    await client.create_logs([{**said, "message": "begun"}, {**said, "message": "working", "task_run_id": str(task_run.id)}])
    await add_artifact(client, ledger, kind, age, run.id)
    await client.set_flow_run_state(run.id, State(type=kind), force=True)
    goes = kind in ENDED and age > KEEP
    ledger.row("flow_run", str(run.id), goes, "prefect_flow_runs")
    ledger.notes[str(run.id)] = [kind, not goes]
    if kind == "FAILED":
        # A flow run that a task of this one began stays with it, and goes with the run after.
        nested = await client.create_flow_run(flow, parent_task_run_id=task_run.id, state=State(type="PENDING"))
        await client.set_flow_run_state(nested.id, State(type="COMPLETED"), force=True)
        ledger.row("flow_run", str(nested.id), False, "prefect_flow_runs", later=goes)
        ledger.notes["nested"] = ledger.notes.get("nested", 0) + (not goes)


async def add_artifact(client, ledger, kind, age, run):
    """An artifact of the run, most of them under a key; of one key all are of old runs."""
    key = "report" if kind == "COMPLETED" else "chart" if kind in ENDED and age > KEEP else None
    values = {"type": "markdown", "data": f"{kind} {age}", "flow_run_id": str(run)} | ({"key": key} if key else {})
    answer = await client.request("POST", "/artifacts/", json=values)
    ledger.notes.setdefault("artifacts", []).append([answer.json()["id"], key, str(run)])


async def add_events(client, ledger, age):
    for number in range(3):
        ident = str(uuid.uuid4())
        resource = {"prefect.resource.id": f"verify.{number}", "prefect.resource.name": "verify"}
        related = [{"prefect.resource.id": f"verify.other.{number}", "prefect.resource.role": "other"}]
        await client.request("POST", "/events", json=[{"id": ident, "occurred": instant(), "event": "verify.happened", "resource": resource, "related": related, "payload": {}}])
        ledger.row("events", ident, age > KEEP_EVENTS, "prefect_events")


def instant():
    from datetime import datetime, timezone

    return datetime.now(timezone.utc).isoformat()


def account(ledger):
    """The fates of what hangs off the rows that were put in: that of the row itself."""
    doomed, later = fated(ledger, "flow_run", "gone"), fated(ledger, "flow_run", "later")
    # The newest of a key is what Prefect shows under it, whatever became of its run.
    newest = {key: ident for ident, key, _ in ledger.notes["artifacts"] if key}
    for ident, key, run in ledger.notes["artifacts"]:
        ledger.row("artifact", ident, run in doomed and newest.get(key) != ident, along="prefect_flow_runs")
    for table, column in OFF_RUNS.items():
        ledger.table(table)
        for ident, run in rows(ledger.database, f"SELECT id, {column} FROM {table}"):
            ledger.row(table, ident, run in doomed, along="prefect_flow_runs", later=run in later)
    ledger.table("task_run_state")
    doomed_tasks = fated(ledger, "task_run", "gone")
    for ident, run in rows(ledger.database, "SELECT id, task_run_id FROM task_run_state"):
        ledger.row("task_run_state", ident, run in doomed_tasks, along="prefect_flow_runs")
    doomed = fated(ledger, "events", "gone")
    ledger.table("event_resources")
    for ident, event in rows(ledger.database, "SELECT id, event_id FROM event_resources"):
        ledger.row("event_resources", ident, event in doomed, along="prefect_events")


def fated(ledger, table, word):
    return {key for (key,) in ledger.tables[table][word]}


async def read_all(folder):
    from prefect.client.schemas.filters import FlowRunFilter, LogFilter, LogFilterFlowRunId
    from prefect.client.schemas.sorting import FlowRunSort

    made = told(folder)
    runs = {ident: note for ident, note in made["notes"].items() if ident not in ("artifacts", "nested")}
    async with served() as client:
        found = {}
        while page := await client.read_flow_runs(flow_run_filter=FlowRunFilter(), limit=50, offset=len(found), sort=FlowRunSort.START_TIME_ASC):
            found |= {str(run.id): run for run in page}
        nested = {ident for ident, run in found.items() if run.parent_task_run_id}
        expect(len(nested) == made["notes"]["nested"], f"{len(nested)} flow runs that tasks began")
        found = {ident: run for ident, run in found.items() if ident not in nested}
        expect(found.keys() == {ident for ident, (_, stays) in runs.items() if stays}, f"{len(found)} flow runs")
        for ident, run in found.items():
            expect(run.state.type.value == runs[ident][0], f"the flow run {ident} is {run.state.type}")
            expect(len(await client.read_flow_run_states(run.id)) == 3, "states of a flow run are missing")
            (task_run,) = await client.read_task_runs(flow_run_filter=FlowRunFilter(id={"any_": [ident]}))
            # A run that a task began tells its states to that task.
            expect(len(await client.read_task_run_states(task_run.id)) >= 3, "states of a task run are missing")
            expect(await client.read_flow_run_input(run.id, "answer") == "42", "the input of a flow run is missing")
            expect(len(await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run.id])))) == 2, "logs of a flow run are missing")
            (await client.request("GET", f"/flow_runs/{ident}/graph-v2")).raise_for_status()
        expect(len(await client.read_logs()) == 2 * len(found), "logs are left of flow runs that are gone")
        latest = {item.key: str(item.latest_id) for item in await client.read_latest_artifacts()}
        there = {str(item.id) for item in await client.read_artifacts()}
        expect(set(latest) == {"report", "chart"} and set(latest.values()) <= there, f"the newest artifacts are {latest}")
        expect(there == {ident for (ident,) in made["tables"]["artifact"]["kept"]}, "other artifacts are left")
        events = await client.request("POST", "/events/filter", json={"limit": 50, "filter": {"event": {"name": ["verify.happened"]}}})
        expect({event["id"] for event in events.json()["events"]} == {ident for (ident,) in made["tables"]["events"]["kept"]}, "other events are left")
        for path in ("/flow_runs/count", "/task_runs/count"):
            (await client.request("POST", path, json={})).raise_for_status()


def read(folder):
    settle(folder)
    asyncio.run(read_all(folder))
    # A flow is run as a user would, by a server that Prefect starts for it.
    whole, _ = work()
    expect(whole(1) == 2, "no new flow can be run")


def fill(folder):
    settle(folder)
    asyncio.run(fill_all(folder))


main(fill, read)
