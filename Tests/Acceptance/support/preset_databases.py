"""The databases themselves, by name."""

from support.preset_cases import Ago, Database, days, minutes

HOUR = minutes(60)


def uptime_kuma():
    made = Database("uptime_kuma", "uptime_kuma", ("kuma_heartbeats", "kuma_old_heartbeats"), unknown_version="UPDATE knex_migrations SET name = '2031-01-01-0000-new.js' WHERE id = 2")
    old, ids = "kuma_old_heartbeats", iter(range(1, 10_000))

    def beats(monitor, count, age, fate, important=0):
        for number in range(count):
            made.row("heartbeat", fate, id=next(ids), monitor_id=monitor, important=important, status=1, msg="200 - OK", time=Ago(age + minutes(number), "T3"), duration=60)

    beats(1, 100, minutes(1), None)  # the newest hundred, whatever their age
    beats(1, 5, days(1) - HOUR, None)  # young
    beats(1, 30, days(1) + HOUR, "kuma_heartbeats")
    beats(1, 4, days(20), None, important=1)  # what happened is kept for longer
    beats(1, 3, days(181), old, important=1)
    beats(2, 40, days(90), None)  # a monitor that has stopped: its last hundred stay
    beats(3, 100, days(200), old)  # until they are older than everything
    beats(3, 20, days(300), "kuma_heartbeats")  # these went before
    made.row("stat_minutely", id=1, monitor_id=1, timestamp=Ago(days(300), "unix"), ping=3.5, up=1, down=0)
    return made


def uptime_kuma_1():
    made = Database("uptime_kuma", "uptime_kuma_1", ("kuma_old_heartbeats",))
    for number in range(130):
        made.row("heartbeat", id=number + 1, monitor_id=1, important=number % 50 == 0, status=1, time=Ago(days(179) - minutes(number), "T3"))
    for number in range(7):
        made.row("heartbeat", "kuma_old_heartbeats", id=number + 201, monitor_id=1, important=number == 0, status=0, time=Ago(days(181) + minutes(number), "T3"))
    return made


def _n8n(name, stored):
    rule = "n8n_executions" if stored else "n8n_executions_v1"
    made = Database("n8n", name, (rule,), unknown_version="UPDATE migrations SET name = 'Unheard2000000000000', timestamp = 2000000000000 WHERE id = 1")
    ids = iter(range(1, 1_000))

    def execution(status, age, fate=None, where="db", note=False, **more):
        ident = next(ids)
        stopped = {"stoppedAt": Ago(age, "T3")} if age is not None else {}
        place = {"storedAt": where} if stored else {}
        made.row("execution_entity", fate, id=ident, workflowId="w1", finished=status == "success", mode="trigger", status=status, startedAt=Ago((age or days(0)) + minutes(1), "T3"), **stopped, **place, **more)
        along = fate
        made.row("execution_data", along=along, executionId=ident, workflowData="{}", data="[]")
        made.row("execution_metadata", along=along, id=ident, executionId=ident, key="k", value="v")
        if note:
            made.row("execution_annotations", id=ident, executionId=ident, vote="up")

    for status in ("success", "canceled"):
        execution(status, days(14) + HOUR, rule)
        execution(status, days(14) - HOUR)
    for status in ("error", "crashed"):
        execution(status, days(30) + HOUR, rule)
        execution(status, days(30) - HOUR)
    for status in ("new", "running", "waiting", "unknown", "Success"):
        execution(status, days(400))
    execution("success", None)
    execution("success", days(400), note=True)
    execution("error", days(400), rule, deletedAt=Ago(days(1), "T3"))
    for where in ("fs", "s3") if stored else ():
        execution("success", days(400), where=where)
    return made


def n8n():
    return _n8n("n8n", True)


def n8n_1():
    return _n8n("n8n_1", False)


def solid_queue():
    rule = "solid_queue_jobs"
    made = Database("solid_queue", "solid_queue", (rule,), unknown_version="UPDATE schema_migrations SET version = '20310101000000'")
    for ident, (finished, fate) in enumerate(((days(1) + HOUR, rule), (days(40), rule), (days(1) - HOUR, None), (None, None), (None, None)), 1):
        made.row("solid_queue_jobs", fate, id=ident, queue_name="default", class_name="MailJob", created_at=Ago(days(50), "T6"), updated_at=Ago(days(50), "T6"), finished_at=Ago(finished, "T6") if finished else None)
    made.row("solid_queue_recurring_executions", along=rule, id=1, job_id=2, task_key="nightly", run_at=Ago(days(40), "T6"), created_at=Ago(days(40), "T6"))
    made.row("solid_queue_failed_executions", id=1, job_id=4, error="{}", created_at=Ago(days(400), "T6"))
    made.row("solid_queue_ready_executions", id=1, job_id=5, queue_name="default", created_at=Ago(days(400), "T6"))
    return made


def oban():
    rule = "oban_jobs"
    made = Database("oban", "oban", (rule,))
    ids = iter(range(1, 1_000))

    def job(state, fate=None, **times):
        made.row("oban_jobs", fate, id=next(ids), state=state, worker="Mailer", **{name: Ago(age, "TT") for name, age in times.items()})

    job("completed", rule, completed_at=days(1) + HOUR)
    job("completed", completed_at=days(1) - HOUR)
    job("cancelled", rule, cancelled_at=days(7) + HOUR)
    job("cancelled", cancelled_at=days(7) - HOUR)
    job("discarded", rule, discarded_at=days(90) + HOUR)
    job("discarded", discarded_at=days(90) - HOUR)
    # The state says which time counts: these were completed, or discarded, once before.
    job("cancelled", completed_at=days(400), cancelled_at=days(2))
    job("discarded", completed_at=days(400))
    for state in ("available", "scheduled", "executing", "retryable"):
        job(state, completed_at=days(400), scheduled_at=days(400))
    return made


def river():
    rule = "river_jobs"
    made = Database("river", "river", (rule,), unknown_version="INSERT INTO river_migration (line, version) VALUES ('main', 99)")
    ids = iter(range(1, 1_000))

    def job(state, age, fate=None):
        made.row("river_job", fate, id=next(ids), state=state, kind="mail", max_attempts=3, finalized_at=Ago(age, "T3") if age else None)

    for state, limit in (("completed", 1), ("cancelled", 1), ("discarded", 7)):
        job(state, days(limit) + HOUR, rule)
        job(state, days(limit) - HOUR)
    for state in ("available", "pending", "retryable", "running", "scheduled"):
        job(state, None)
    return made


def laravel():
    entries, failed, batches, pulse = "telescope_entries", "laravel_failed_jobs", "laravel_job_batches", "pulse_entries"
    made = Database("laravel", "laravel", (entries, failed, batches, pulse))
    for number, (kind, age, fate) in enumerate((
        ("request", days(2) + HOUR, entries), ("request", days(2) - HOUR, None), ("query", days(40), entries), ("exception", days(29), None),
        ("exception", days(31), entries), ("something-new", days(3), entries),
    ), 1):  # fmt: skip
        made.row("telescope_entries", fate, sequence=number, uuid=f"u{number}", batch_id="b", type=kind, content="{}", created_at=Ago(age, "T0"))
        made.row("telescope_entries_tags", along=fate, entry_uuid=f"u{number}", tag="slow")
    made.row("telescope_entries", sequence=90, uuid="u90", batch_id="b", type="request", content="{}", created_at=None)
    made.row("telescope_monitoring", tag="slow")
    for number, (age, fate) in enumerate(((days(31), failed), (days(29), None)), 1):
        made.row("failed_jobs", fate, id=number, uuid=f"f{number}", connection="database", queue="default", payload="{}", exception="odd", failed_at=Ago(age, "T0"))
    for name, age, fate in (("done", days(1) + HOUR, batches), ("just-done", days(1) - HOUR, None), ("under-way", None, None), ("zero", 0, None)):
        finished = Ago(age, "unix") if age else age
        made.row("job_batches", fate, id=name, name=name, total_jobs=3, pending_jobs=0, failed_jobs=0, failed_job_ids="[]", created_at=Ago(days(400), "unix"), finished_at=finished)
    for number, (age, fate) in enumerate(((days(7) + HOUR, pulse), (days(7) - HOUR, None)), 1):
        made.row("pulse_entries", fate, id=number, timestamp=Ago(age, "unix"), type="slow_query", key="k", key_hash="h", value=12)
    made.row("jobs", id=1, queue="default", payload="{}", attempts=0, available_at=Ago(days(400), "unix"), created_at=Ago(days(400), "unix"))
    return made


def _paperless(name, states, others, **columns):
    rule = "paperless_tasks"
    made = Database("paperless", name, (rule,), unknown_version="INSERT INTO django_migrations (app, name, applied) VALUES ('documents', '1999_unheard_of', '2031-01-01')")
    ids = iter(range(1, 1_000))

    def task(status, age, fate=None):
        ident = next(ids)
        made.row("documents_paperlesstask", fate, id=ident, task_id=f"t{ident}", status=status, acknowledged=1, date_created=Ago(days(400), "T6"), date_done=Ago(age, "T6") if age else None, **columns)

    for status in states:
        task(status, days(30) + HOUR, rule)
        task(status, days(30) - HOUR)
    task(states[0], None)
    for status in others:
        task(status, days(400))
    return made


def paperless():
    return _paperless("paperless", ("SUCCESS", "FAILURE", "REVOKED"), ("PENDING", "STARTED", "RETRY"), type="auto_task")


def paperless_3():
    return _paperless("paperless_3", ("success", "failure", "revoked"), ("pending", "started"), task_type="consume_file", trigger_source="web_ui", input_data="{}")


def prefect():
    runs, events = "prefect_flow_runs", "prefect_events"
    made = Database("prefect", "prefect", (runs, events), unknown_version="UPDATE alembic_version SET version_num = 'feedfacecafe'")

    def run(name, state, age, fate=None, **more):
        made.row("flow_run", fate, id=name, name=name, flow_id="f0", state_type=state, end_time=Ago(age, "T6") if age else None, **more)
        made.row("flow_run_state", along=fate, id=f"{name}-s", type=state, timestamp=Ago(age or days(400), "T6"), name=state.title(), flow_run_id=name)
        made.row("flow_run_input", along=fate, id=f"{name}-i", key="answer", value="42", flow_run_id=name)
        made.row("task_run", along=fate, id=f"{name}-t", name="step", state_type="COMPLETED", flow_run_id=name)
        made.row("task_run_state", along=fate, id=f"{name}-ts", type="COMPLETED", timestamp=Ago(days(1), "T6"), name="Completed", task_run_id=f"{name}-t")
        for number in range(3):
            made.row("log", along=fate, id=f"{name}-l{number}", name="prefect.flow_runs", level=20, flow_run_id=name, message="said", timestamp=Ago(days(1), "T6"))

    for state in ("COMPLETED", "FAILED", "CANCELLED", "CRASHED"):
        run(f"old-{state}", state, days(90) + HOUR, runs)
        run(f"new-{state}", state, days(90) - HOUR)
    for state in ("RUNNING", "PENDING", "SCHEDULED", "PAUSED", "CANCELLING"):
        run(f"old-{state}", state, days(400))
    run("endless", "COMPLETED", None)
    # A flow run that a task of another began stays with it.
    run("nested", "COMPLETED", days(400), parent_task_run_id="new-COMPLETED-t")
    made.row("log", id="server", name="prefect.server", level=20, flow_run_id=None, message="said", timestamp=Ago(days(400), "T6"))

    # Of the artifacts of runs that go, the newest of a key stays.
    for name, key, owner, fate in (
        ("a1", "report", "old-FAILED", runs), ("a2", "report", "old-COMPLETED", None), ("a3", None, "old-CRASHED", runs), ("a4", None, "new-COMPLETED", None),
        ("a5", None, None, None),
    ):  # fmt: skip
        made.row("artifact", along=fate, id=name, key=key, flow_run_id=owner, type="markdown", created=Ago(days(400), "T6"), updated=Ago(days(400), "T6"))
    made.row("artifact_collection", id="c1", key="report", latest_id="a2")

    for number, (age, fate) in enumerate(((days(7) + HOUR, events), (days(300), events), (days(7) - HOUR, None)), 1):
        moment = Ago(age, "T6")
        made.row("events", fate, id=f"e{number}", occurred=moment, event="prefect.flow-run.Completed", resource_id="r", resource="{}", payload="{}", received=moment)
        for role in ("", "flow"):
            made.row("event_resources", along=fate, id=f"e{number}{role}", occurred=moment, resource_id="r", resource_role=role, resource="{}", event_id=f"e{number}")
    return made


def dagster():
    rule = "dagster_event_logs"
    made = Database("dagster", "dagster", (rule,), unknown_version="UPDATE alembic_version SET version_num = 'feedfacecafe'")
    for number, (kind, age, asset, fate) in enumerate((
        ("STEP_START", days(30) + HOUR, None, rule), (None, days(31), None, rule), ("PIPELINE_SUCCESS", days(400), None, rule), ("STEP_START", days(30) - HOUR, None, None),
        ("ASSET_MATERIALIZATION", days(400), '["numbers"]', None), ("ASSET_OBSERVATION", days(400), '["numbers"]', None),
    ), 1):  # fmt: skip
        made.row("event_logs", fate, id=number, run_id="r1", event="{}", dagster_event_type=kind, timestamp=Ago(age, "T6"), asset_key=asset)
    made.row("event_logs", id=90, run_id="r1", event="{}", timestamp=None)
    made.row("asset_keys", id=1, asset_key='["numbers"]')
    made.row("asset_event_tags", id=1, event_id=5, asset_key='["numbers"]', key="k", value="v")
    return made


def airflow():
    log, jobs, sessions = "airflow_log", "airflow_jobs", "airflow_sessions"
    made = Database("airflow", "airflow", (log, jobs, sessions), off=("airflow_dag_runs",), unknown_version="UPDATE alembic_version SET version_num = 'feedfacecafe'")
    for number, (age, fate) in enumerate(((days(90) + HOUR, log), (days(90) - HOUR, None)), 1):
        made.row("log", fate, id=number, event="trigger", dttm=Ago(age, "T6"))
    for number, (age, fate) in enumerate(((days(30) + HOUR, jobs), (days(30) - HOUR, None)), 1):
        made.row("job", fate, id=number, job_type="SchedulerJob", state="success", latest_heartbeat=Ago(age, "T6"))
    made.row("job", id=3, job_type="SchedulerJob", state="running", latest_heartbeat=None)
    for number, (age, fate) in enumerate(((days(1) + HOUR, sessions), (days(1) - HOUR, None), (-days(20), None)), 1):
        made.row("session", fate, id=number, session_id=f"s{number}", expiry=Ago(age, "T6"))
    # Runs of DAGs stay, since their rule is switched off by itself.
    for number, state in enumerate(("success", "failed", "running"), 1):
        made.row("dag_run", id=number, dag_id="daily", run_id=f"r{number}", state=state, run_type="manual", run_after=Ago(days(400), "T6"), end_date=Ago(days(400) - minutes(number), "T6"))
        made.row("task_instance", id=f"t{number}", task_id="first", dag_id="daily", run_id=f"r{number}", state="success")
        made.row("xcom", dag_run_id=number, task_id="first", key="return_value", dag_id="daily", run_id=f"r{number}", value="41")
    return made


def django_celery_results():
    rule = "celery_task_results"
    made = Database("django_celery_results", "django_celery_results", (rule,), unknown_version="INSERT INTO django_migrations (app, name, applied) VALUES ('django_celery_results', '0099_unheard', '2031-01-01')")
    ids = iter(range(1, 1_000))

    def result(status, age, fate=None):
        ident = next(ids)
        made.row("django_celery_results_taskresult", fate, id=ident, task_id=f"t{ident}", status=status, content_type="application/json", content_encoding="utf-8", date_done=Ago(age, "T6"), date_created=Ago(age, "T6"))

    for status in ("SUCCESS", "FAILURE", "REVOKED"):
        result(status, days(30) + HOUR, rule)
        result(status, days(30) - HOUR)
    for status in ("PENDING", "STARTED", "RETRY", "RECEIVED", "PROGRESS"):
        result(status, days(400))
    made.row("django_celery_results_groupresult", id=1, group_id="g", date_done=Ago(days(400), "T6"))
    return made


def django_q():
    rule = "django_q_tasks"
    made = Database("django_q", "django_q", (rule,), unknown_version="INSERT INTO django_migrations (app, name, applied) VALUES ('django_q', '0099_unheard', '2031-01-01')")
    for success, limit in ((1, 14), (0, 90)):
        for word, age, fate in (("old", days(limit) + HOUR, rule), ("new", days(limit) - HOUR, None)):
            made.row("django_q_task", fate, id=f"{word}{success}".ljust(32, "0"), name=word, func="math.sqrt", success=success, attempt_count=1, started=Ago(age, "T6"), stopped=Ago(age, "T6"))
    made.row("django_q_schedule", id=1, func="math.floor", schedule_type="D", next_run=Ago(days(400), "T6"))
    made.row("django_q_ormq", id=1, key="verify", payload="x", lock=Ago(days(400), "T6"))
    return made


ALL = {
    made.__name__: made
    for made in (
        prefect, uptime_kuma, uptime_kuma_1, n8n, n8n_1, dagster, solid_queue, airflow, oban, river, laravel, django_celery_results, django_q, paperless, paperless_3,
    )
}  # fmt: skip
