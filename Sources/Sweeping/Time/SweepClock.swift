/// Where a run takes its time from; tests inject their own.
package protocol SweepClock: Sendable {
    /// The wall clock. A run reads it once, at its start, for every cutoff.
    func now() -> Timestamp

    /// A reading that never goes back and doesn't follow changes of the wall clock: run durations, the time limit, pacing.
    func uptime() -> Duration

    /// Returns after `pause`, or earlier when the task is cancelled.
    func sleep(for pause: Duration) async
}
