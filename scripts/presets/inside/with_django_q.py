"""django-q2: a task queue in Django's database."""

from datetime import timedelta

from ledger import Ledger, ages, django_database, expect, main, told

KEEP = {True: timedelta(days=14), False: timedelta(days=90)}


def opened(folder):
    import django
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_q"],
        DATABASES=django_database(folder / "db.sqlite3"),
        # A limit of 0 keeps every task that succeeded, which is how the table grows.
        Q_CLUSTER={"name": "verify", "orm": "default", "save_limit": 0, "ack_failures": True, "bulk": 10, "timeout": 30, "retry": 60},
        USE_TZ=True,
        SECRET_KEY="verify",
    )
    django.setup()


def worked():
    """Does what is queued, as a cluster's pusher, worker and monitor do, one after the other in this process."""
    from multiprocessing import Event, Queue, Value

    from django_q.monitor import monitor
    from django_q.pusher import pusher
    from django_q.worker import worker

    tasks, results, once = Queue(), Queue(), Event()
    once.set()
    pusher(tasks, once)
    tasks.put("STOP")
    worker(tasks, results, Value("f", -1))
    results.put("STOP")
    monitor(results)


def fill(folder):
    opened(folder)
    from django.core.management import call_command
    from django_q.models import OrmQ, Schedule, Task
    from django_q.tasks import async_task, schedule

    call_command("migrate", verbosity=0)
    ledger = Ledger(folder / "db.sqlite3", ["django-q2", "django"])
    table, rule = "django_q_task", "django_q_tasks"
    ledger.table(table, rule=rule)
    limits = ages(*sorted(keep.days for keep in KEEP.values()))
    for age in limits:
        with ledger.back(age):
            # Every task is really done; half of them fail.
            made = {success: async_task("math.sqrt", 9 if success else -1, group="roots") for success in KEEP}
            worked()
        expect(not OrmQ.objects.exists(), "a task wasn't done")
        for success, name in made.items():
            expect(Task.objects.get(pk=name).success is success, f"the task {name} didn't end as it should")
            goes = age > KEEP[success]
            ledger.row(table, name, goes, rule)
            ledger.notes[name] = [success, not goes]
    # What waits, and what comes again, is nobody's to sweep.
    for age in limits:
        with ledger.back(age):
            async_task("math.floor", 2.5)
            schedule("math.floor", 1.5, schedule_type=Schedule.DAILY)
    ledger.write(folder)


def read(folder):
    opened(folder)
    from django_q.models import Failure, OrmQ, Schedule, Success, Task
    from django_q.tasks import async_task, fetch, fetch_group, result

    notes = told(folder)["notes"]
    for name, (success, stays) in notes.items():
        task = fetch(name)
        expect((task is not None) is stays, f"{name}: {task}")
        expect(not stays or (result(name) == 3.0) is success, f"{name}: {result(name)}")
    for success, manager in ((True, Success), (False, Failure)):
        expect(manager.objects.count() == sum(stays for was, stays in notes.values() if was is success), f"another number of {manager.__name__}")
    expect(len(fetch_group("roots", failures=True)) == Task.objects.count(), "the group isn't what is left of it")
    expect(Schedule.objects.count() == OrmQ.objects.count() == len(notes) // 2, "what waits isn't there whole")
    expect({queued.task["func"] for queued in OrmQ.objects.all()} == {"math.floor"}, "what waits can't be read")
    OrmQ.objects.all().delete()
    name = async_task("math.sqrt", 16)
    worked()
    expect(result(name) == 4.0, "no new task can be done")


main(fill, read)
