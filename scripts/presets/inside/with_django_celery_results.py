"""django-celery-results: Celery's results in Django's database."""

from datetime import timedelta

from ledger import Ledger, ages, django_database, expect, main, told

ENDED = ("SUCCESS", "FAILURE", "REVOKED")
STATES = (*ENDED, "STARTED", "RETRY", "PENDING", "RECEIVED", "PROGRESS")
KEEP = timedelta(days=30)


def opened(folder):
    """A Django project with a Celery application whose results go to the database."""
    import django
    from celery import Celery
    from django.conf import settings

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_celery_results"],
        DATABASES=django_database(folder / "db.sqlite3"),
        USE_TZ=True,
        SECRET_KEY="verify",
    )
    django.setup()
    celery = Celery("verify")
    celery.conf.update(result_backend="django-db", result_extended=True, task_always_eager=True, task_store_eager_result=True)
    celery.set_current()

    @celery.task(name="half")
    def half(number):
        return number // 2 if number % 2 == 0 else int("odd")

    return celery, half


def fill(folder):
    celery, half = opened(folder)
    from celery.result import GroupResult as Group
    from django.core.management import call_command
    from django_celery_results.models import TaskResult

    call_command("migrate", verbosity=0)
    ledger = Ledger(folder / "db.sqlite3", ["django-celery-results", "celery", "django"])
    table, rule = "django_celery_results_taskresult", "celery_task_results"
    ledger.table(table, rule=rule)
    for age in ages(KEEP.days):
        known = {}
        with ledger.back(age):
            # Tasks that are really run, one of which fails, and every other state as Celery's workers store it.
            known[half.delay(6).id], known[half.delay(7).id] = "SUCCESS", "FAILURE"
            for state in STATES:
                name = f"{state.lower()}-{age.total_seconds():.0f}"
                celery.backend.store_result(name, ValueError("odd") if state in ("FAILURE", "RETRY", "REVOKED") else {"state": state}, state)
                known[name] = state
            # Groups are nobody's to sweep.
            Group(f"group-{age.total_seconds():.0f}", [celery.AsyncResult(name) for name in known]).save(backend=celery.backend)
        for name, state in known.items():
            goes = state in ENDED and age > KEEP
            ledger.row(table, TaskResult.objects.get(task_id=name).pk, goes, rule)
            ledger.notes[name] = [state, not goes]
    ledger.write(folder)


def read(folder):
    celery, half = opened(folder)
    from celery.result import GroupResult as Group
    from django_celery_results.models import GroupResult, TaskResult

    notes = told(folder)["notes"]
    for name, (state, stays) in notes.items():
        said = celery.AsyncResult(name).state
        expect(said == (state if stays else "PENDING"), f"{name} is {said}")
    expect(TaskResult.objects.count() == sum(stays for _, stays in notes.values()), "another number of results")
    for result in TaskResult.objects.all():
        result.as_dict()
    for group in GroupResult.objects.all():
        expect(len(Group.restore(group.group_id, backend=celery.backend).results) == 2 + len(STATES), "a group isn't whole")
    expect(GroupResult.objects.count() == len(ages(KEEP.days)), "another number of groups")
    expect(half.delay(8).get() == 4 and TaskResult.objects.latest("id").status == "SUCCESS", "no new task can be run")


main(fill, read)
