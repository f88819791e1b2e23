// The domain's words for time, which it shares with the schedule: whoever speaks of sweeping speaks of instants.
@_exported import CivilTime
