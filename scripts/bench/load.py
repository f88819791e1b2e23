"""How busy the machine is, to tell whether something else disturbed a measurement."""

import os


class OtherLoad:
    """CPU time of the whole machine since it was made."""

    def __init__(self):
        self._begin = _busy()

    def busy_seconds(self):
        return _busy() - self._begin

    @staticmethod
    def capacity(seconds):
        """What the machine could have done in that time."""
        return seconds * len(os.sched_getaffinity(0))


def _busy():
    with open("/proc/stat") as lines:
        fields = list(map(int, next(lines).split()[1:9]))
    # user, nice, system, idle, iowait, irq, softirq, steal
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")
