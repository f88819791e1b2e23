"""A seeded database of every kind of row: 2,000 jobs, 300 active jobs, 2,000 downloads, 300 plans.

No row lies within two minutes of a limit, since a run takes its own `now` a little later than the rows were made, and two
runs over the same rows must decide alike. The limits themselves are tested in `test_edges.py`. An unfinished `cleanup` job is
always past its timeout, since a younger one forbids the run.
"""

import random
from datetime import timedelta

from support.policy import JOB_TYPES, Policy, spelled_low
from support.timestamps import FORMS, UNREADABLE, UNSET
from support.world import World

FINISHED = ("completed", "failed", "cancelled")
ACTIVE = ("running", "pending")
FOREIGN = ("cancelling", "CANCELLING", "archived", "QUEUED", "running ", "", None)
UNKNOWN_TYPES = ("defragment", "ÜBERTRAGUNG", "sync2", "", "it's; DROP TABLE job")
WEIRD_IDS = ("it's", '"; DROP TABLE job; --', "ünïcode-✓", "%_", "0", "-1", "a" * 300)


class Generator:
    def __init__(self, seed, now):
        self.random = random.Random(seed)
        self.now = now
        self.world = World()
        self.policy = Policy()

    def generate(self):
        for _ in range(2000):
            self._job(self._status())
        for _ in range(300):
            self._job(self._spelled(self.random.choice(ACTIVE)))
        for number in range(2000):
            self._download(number)
        for number in range(300):
            self._plan(number)
        return self.world

    def _spelled(self, name):
        return name.upper() if self.random.random() < 0.4 else name

    def _status(self):
        draw = self.random.random()
        if draw < 0.65:
            return self._spelled(self.random.choice(FINISHED))
        return self._spelled(self.random.choice(ACTIVE)) if draw < 0.85 else self.random.choice(FOREIGN)

    def _type(self):
        if self.random.random() < 0.15:
            return self.random.choice(UNKNOWN_TYPES)
        return self._spelled(self.random.choice(JOB_TYPES))

    def _moment(self, age):
        return self.random.choice(list(FORMS.values()))(self.now - age)

    def _stamp(self, age, missing=0.04, unreadable=0.06):
        """A timestamp cell `age` old; sometimes NULL or unset, sometimes nothing that can be read."""
        draw = self.random.random()
        if draw < missing:
            return self.random.choice([None, None, *UNSET])
        return self.random.choice(UNREADABLE) if draw < missing + unreadable else self._moment(age)

    def _around(self, limit):
        """An age on either side of `limit`: close by, within the half day in which offsets mislead, or far off."""
        margin = timedelta(minutes=2)
        reach = self.random.choice([timedelta(minutes=30), timedelta(hours=13), timedelta(days=60)])
        distance = margin + self.random.random() * reach
        younger = self.random.random() < 0.5 and distance < limit
        return limit - distance if younger else limit + distance

    def _heartbeat(self):
        return self.random.choice(
            [timedelta(days=-9), timedelta(hours=-2), timedelta(minutes=-7), timedelta(minutes=-1), timedelta(seconds=1), timedelta(minutes=1), timedelta(minutes=7), timedelta(minutes=13), timedelta(hours=2)]
            + [timedelta(days=3)] * 5
        )

    def _job(self, status):
        job_type = self._type()
        timeout = self.policy.timeout(job_type)
        own_cleanup = job_type.lower() == "cleanup" and spelled_low(status) in ACTIVE
        age = timeout + timedelta(minutes=5) if own_cleanup else self._around(timeout)
        finished = status is not None and status.lower() in FINISHED
        ident = WEIRD_IDS[len(self.world.jobs) // 7] if len(self.world.jobs) % 7 == 0 and len(self.world.jobs) < 49 else None
        job = self.world.add(
            "job",
            id=ident or self._uuid(),
            type=job_type,
            status=status,
            progress=100 if self.random.random() < 0.25 else self.random.choice([None, 0, 1, 50, 99]),
            total_items=self.random.choice([None, 10]),
            processed_items=self.random.choice([None, 3]),
            result=self.random.choice([None, '{"a": 1}', "null"]),
            error=self.random.choice([None, "it broke", "Job timed out after 3.1 minutes"]),
            metadata='{"task_id": "x", "last_message": "ä"}',
            started_at=self._moment(age) if own_cleanup else self._stamp(age, missing=0.2),
            created_at=self._stamp(age + timedelta(seconds=self.random.randrange(1, 30))),
            updated_at=self._stamp(self._heartbeat()),
            completed_at=self._stamp(self._around(self.policy.keep_jobs)) if finished or self.random.random() < 0.1 else None,
        )
        for _ in range(self.random.choice([0, 0, 0, 1, 3])):
            self.world.history(job, started_at=self._stamp(age))

    def _uuid(self):
        digits = f"{self.random.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def _download(self, number):
        self.world.add(
            "handled_downloads",
            id=self.random.choice([number, -number - 1, 2**62 + number]),
            timestamp=self._stamp(self._around(self.policy.keep_downloads)),
            download_name=f"film {number}",
            destination_path=f"/films/{number}",
            job_id=self.random.choice([None, *list(self.world.jobs)[:20], "gone"]),
        )

    def _plan(self, number):
        job_id = self.random.choice(list(self.world.jobs)) if self.random.random() < 0.75 else self.random.choice([None, "", "gone", self._uuid()])
        plan = self.world.add(
            "analysis_plan",
            id=number + 1,
            name=f"plan {number}",
            plan_metadata='{"n": 1}',
            status=self.random.choice(["PENDING"] * 8 + ["DRAFT", "REVIEWING", "APPLIED", "CANCELLED", "pending", "PARKED", "", None]),
            job_id=job_id,
            applied_at=self._stamp(timedelta(days=2), missing=0.6),
            created_at=self._stamp(timedelta(days=3)),
            updated_at=self._stamp(self.random.choice([timedelta(minutes=1), timedelta(minutes=7), timedelta(minutes=13)] + [timedelta(days=1)] * 5)),
        )
        for _ in range(self.random.choice([0, 1, 2])):
            self.world.change(plan)


def generate(seed, now):
    """The world of `seed`, with ages counted back from `now`."""
    return Generator(seed, now).generate()
