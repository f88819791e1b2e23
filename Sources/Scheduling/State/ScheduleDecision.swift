/// What is to be done now.
package enum ScheduleDecision: Hashable, Sendable {
    /// Nothing before the boot-time clock shows this, unless a clock is set or the policy changes.
    case wait(until: Duration)
    /// A run is due.
    case run(DueTrigger)
    /// Due times were missed by more than the grace and are skipped. However many passed together, they count as one.
    case misfired(count: Int)
}

/// Why a run is due; the raw values are the triggers' names on the wire.
package enum DueTrigger: String, Hashable, Sendable {
    /// The first run after a start that remembered none.
    case startup
    case schedule
}
