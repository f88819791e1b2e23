"""Timestamp text in every form that the contract names: writing it, and reading it the way the contract says."""

import re
from datetime import datetime, timedelta, timezone

UTC = timezone.utc


def _shifted(hours, minutes=0):
    return timezone(timedelta(hours=hours, minutes=minutes))


def _at(zone, separator=" ", digits=0):
    def render(moment):
        local = moment.astimezone(zone)
        fraction = f".{local.microsecond:06d}"[: digits + 1] if digits else ""
        offset = local.strftime("%z")
        return f"{local:%Y-%m-%d}{separator}{local:%H:%M:%S}{fraction}{offset[:3]}:{offset[3:]}"

    return render


def _plain(separator=" ", digits=0, suffix=""):
    def render(moment):
        moment = moment.astimezone(UTC)
        fraction = f".{moment.microsecond:06d}"[: digits + 1] if digits else ""
        return f"{moment:%Y-%m-%d}{separator}{moment:%H:%M:%S}{fraction}{suffix}"

    return render


#: Every form that occurs, by name. The first two are what the application itself writes.
FORMS = {
    "space, microseconds": _plain(" ", 6),
    "space, seconds": _plain(" "),
    "space, milliseconds": _plain(" ", 3),
    "T, seconds": _plain("T"),
    "T, microseconds": _plain("T", 6),
    "T, seconds, Z": _plain("T", 0, "Z"),
    "T, milliseconds, Z": _plain("T", 3, "Z"),
    "T, microseconds, Z": _plain("T", 6, "Z"),
    "space, seconds, Z": _plain(" ", 0, "Z"),
    "T, offset zero": _at(_shifted(0), "T", 6),
    "T, offset east": _at(_shifted(9), "T"),
    "T, offset west": _at(_shifted(-7), "T", 3),
    "T, offset of half hours": _at(_shifted(5, 30), "T", 6),
    "T, negative offset of half hours": _at(timezone(-timedelta(hours=3, minutes=30)), "T"),
    "space, offset east": _at(_shifted(2), " ", 6),
    "space, offset west": _at(_shifted(-11), " "),
}

#: Values that nobody can read as a moment.
UNREADABLE = [
    "yesterday",
    "",
    " ",
    "null",
    "0000-00-00 00:00:00",
    "2019-13-45 07:01:07",
    "2019-02-30 07:01:07",
    "2019-08-30 25:01:07",
    "2019-08-30 07:61:07",
    "30/08/2019 07:01:07",
    "2019-08-30 07:01:07 local time",
    "2019-08-30T07:01:07+99:99",
    "２０１９-08-30 07:01:07",
    1_500_000_000,
    1_500_000_000_000,
    -1,
    2_458_000.5,
    b"\x00\xff\xfe",
    b"",
]

_READABLE = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:(Z)|([+-])([0-9]{2}):([0-9]{2}))?)?"
)


class Unreadable(Exception):
    """The value is there and is not a moment."""


#: Values that mean that there is no time.
UNSET = [
    "0001-01-01 00:00:00", "0001-01-01T00:00:00Z", "0000-01-01 00:00:00", "1970-01-01 00:00:00", "1970-01-01 00:00:00.000000",
    "1970-01-01T01:00:00+01:00", "1969-12-31 16:00:00", "1899-12-30 00:00:00", "1980-01-01", "1989-12-31 23:59:59.999999", 0,
]

#: A time before this means *unset*.
UNSET_BEFORE = datetime(1990, 1, 1, tzinfo=UTC)

#: How far ahead of ours an application's clock may be before what it says is no sign of life.
CLOCK_TOLERANCE = timedelta(minutes=5)


def read(value, zone=UTC):
    """The moment in UTC that `value` says, or None for NULL and what means *unset*. Raises `Unreadable`.

    Text without an offset is in `zone`: where its clock showed the time twice or jumped over it, the later moment counts.
    """
    if value is None or value == 0 and isinstance(value, (int, float)):
        return None
    match = _READABLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Unreadable(value)
    *civil, fraction, letter, sign, hours, minutes = match.groups()
    civil = [part or "0" for part in civil]
    offset = timedelta()
    if sign:
        if int(hours) > 23 or int(minutes) > 59:
            raise Unreadable(value)
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
    if int(civil[0]) == 0:  # Python's calendar begins with the year 1
        civil[0] = "0004"
    try:
        moment = datetime(*map(int, civil), tzinfo=UTC)
    except ValueError as error:
        raise Unreadable(value) from error
    if moment < UNSET_BEFORE - timedelta(days=2):
        return None
    moment += timedelta(microseconds=int((fraction or "0")[:6].ljust(6, "0"))) - offset
    if not letter and not sign:
        moment = max(moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return moment if moment >= UNSET_BEFORE else None


def has_fraction(text):
    """Whether timestamp text carries parts of a second."""
    return "." in text


def now():
    return datetime.now(UTC)
