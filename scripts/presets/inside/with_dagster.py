"""Dagster: runs with their event log, in an instance that keeps the events of all runs in one SQLite file."""

import warnings
from datetime import timedelta

from ledger import POSTGRES, Ledger, ages, expect, main, told

KEEP = timedelta(days=30)
warnings.simplefilter("ignore")


def opened(folder):
    from dagster import DagsterInstance

    home = folder / "dagster"
    home.mkdir(exist_ok=True)
    # By itself Dagster makes a file for each run, and one for what concerns several: a sweep would find little in that.
    one_file = (
        "event_log_storage:\n"
        "  module: dagster._core.storage.event_log\n"
        "  class: ConsolidatedSqliteEventLogStorage\n"
        f"  config: {{base_dir: {home / 'history'}}}\n"
    )
    storage = f"storage:\n  postgres:\n    postgres_url: {POSTGRES}\n" if POSTGRES else one_file
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n" + storage)
    return DagsterInstance.from_config(str(home))


def work():
    """Two jobs: one that makes an asset and checks it, and one that speaks and fails when it is told to."""
    from dagster import AssetCheckResult, Definitions, asset, asset_check, define_asset_job, job, op

    @asset
    def numbers():
        return [1, 2, 3]

    @asset_check(asset=numbers)
    def not_empty():
        return AssetCheckResult(passed=True)

    @op(config_schema={"fails": bool})
    def speak(context):
        context.log.info("something to say")
        if context.op_config["fails"]:
            raise ValueError("told to")

    @job
    def talk():
        speak()

    return Definitions(assets=[numbers], asset_checks=[not_empty], jobs=[talk, define_asset_job("make", "*")])


def run(instance, definitions, name, fails=None):
    config = {"ops": {"speak": {"config": {"fails": fails}}}} if fails is not None else None
    return definitions.resolve_job_def(name).execute_in_process(instance=instance, run_config=config, raise_on_error=False)


def fill(folder):
    definitions = work()
    with opened(folder) as instance:
        ledger = Ledger(folder / "dagster" / "history" / "event_log.db", ["dagster"])
        table, rule = "event_logs", "dagster_event_logs"
        ledger.table(table, rule=rule)
        for age in ages(KEEP.days):
            with ledger.back(age):
                done = [run(instance, definitions, "make"), run(instance, definitions, "talk", False), run(instance, definitions, "talk", True)]
            for result in done:
                goes = 0
                for record in instance.get_records_for_run(result.run_id, limit=10_000).records:
                    event = record.event_log_entry.dagster_event
                    doomed = age > KEEP and (event is None or event.asset_key is None)
                    ledger.row(table, record.storage_id, doomed, rule)
                    goes += doomed
                ledger.notes[result.run_id] = [result.success, goes, age > KEEP]
        ledger.write(folder)


def read(folder):
    from dagster import AssetCheckKey, AssetKey, DagsterEventType

    definitions, notes = work(), told(folder)["notes"]
    with opened(folder) as instance:
        runs = {found.run_id: found for found in instance.get_runs()}
        expect(runs.keys() == notes.keys(), "another number of runs")
        for ident, (succeeded, _, old) in notes.items():
            expect(runs[ident].is_success is succeeded and runs[ident].is_finished, f"the run {ident} is another")
            left = instance.all_logs(ident)
            kinds = {entry.dagster_event_type for entry in left}
            expect((DagsterEventType.RUN_START in kinds) is not old, f"the run {ident} has the events {kinds}")
            instance.get_run_stats(ident)
            instance.get_run_step_stats(ident)
        key = AssetKey("numbers")
        materialized = instance.fetch_materializations(key, limit=1_000).records
        expect(len(materialized) == len(ages(KEEP.days)), f"{len(materialized)} materializations")
        expect(instance.get_latest_materialization_event(key) is not None and instance.all_asset_keys() == [key], "the asset isn't known")
        checked = instance.event_log_storage.get_asset_check_execution_history(AssetCheckKey(key, "not_empty"), limit=1_000)
        expect(len(checked) == len(ages(KEEP.days)) and all(record.event is not None for record in checked), "checks of the asset aren't whole")
        again = run(instance, definitions, "make")
        expect(again.success and len(instance.fetch_materializations(key, limit=1_000).records) == len(materialized) + 1, "no new run can be done")


main(fill, read)
