import Sweeping

/// What the four operations do.
extension SettingsCatalogue {
    static let staleJobs: [Setting] = [
        .list(
            "operations.extra_job_types", \.extraJobTypes, .jobType, .live, wants: "a list of job types",
            mayBeEmpty: true,
            "Job types of the application's own whose names are so close to a known one that they pass for misspelled."),
        .value(
            "operations.stale_jobs.enabled", \.sweep.staleJobs.enabled, .boolean, .live,
            "Whether jobs that died are settled."),
        .value(
            "operations.stale_jobs.default_timeout", \.sweep.staleJobs.defaultTimeout, timeout, .live,
            "After how long a job counts as dead whose type `timeouts` doesn't name."),
        .map(
            "operations.stale_jobs.timeouts", \.sweep.staleJobs.timeouts, .jobType, timeout, .live,
            wants: "a map of job types to durations", "After how long a job counts as dead, by type."),
        .value(
            "operations.stale_jobs.heartbeat_grace", \.sweep.staleJobs.heartbeatGrace,
            .duration(.zero...longest, such: "10m"), .live,
            "A job whose row was updated within this time is alive, whatever its age; 0 turns the rule off."),
    ]

    static let oldJobs: [Setting] = [
        .value(
            "operations.old_jobs.enabled", \.sweep.oldJobs.enabled, .boolean, .live, "Whether old jobs are deleted."),
        .value(
            "operations.old_jobs.keep", \.sweep.oldJobs.keep, retention, .live,
            "How long a job stays after its end, where neither its status nor its type has a time of its own."),
        .map(
            "operations.old_jobs.keep_by_status", \.sweep.oldJobs.keepByStatus, .finishedStatus, retention, .live,
            wants: "a map of completed, failed or cancelled to durations",
            "How long a job stays, by status. Where a type's time applies too, the longer one wins."),
        .map(
            "operations.old_jobs.keep_by_type", \.sweep.oldJobs.keepByType, .jobType, retention, .live,
            wants: "a map of job types to durations",
            "How long a job stays, by type. Where a status' time applies too, the longer one wins."),
    ]

    static let otherOperations: [Setting] = [
        .value(
            "operations.old_downloads.enabled", \.sweep.oldDownloads.enabled, .boolean, .live,
            "Whether old records of downloads are deleted."),
        .value(
            "operations.old_downloads.keep", \.sweep.oldDownloads.keep, retention, .live,
            "How long the record of a download stays."),
        .value(
            "operations.stuck_plans.enabled", \.sweep.stuckPlans.enabled, .boolean, .live,
            "Whether plans that wait for a job that is gone go back to DRAFT."),
        .value(
            "operations.stuck_plans.grace", \.sweep.stuckPlans.grace, .duration(.zero...longest, such: "10m"), .live,
            "A plan that was made or touched within this time stays, because its job may not be there yet."),
    ]

    static let pacing: [Setting] = [
        .value(
            "pacing.lock_target", \.sweep.pacing.lockTarget, .duration(.milliseconds(1)...(.seconds(10)), such: "20ms"),
            .live,
            "How long one batch may hold the database's write lock; batches grow and shrink to fit."),
        .value(
            "pacing.pause", \.sweep.pacing.pause, .duration(.zero...(.seconds(60)), such: "5ms"), .live,
            "The shortest pause between two batches, in which the application's writers get in."),
        .value(
            "pacing.max_batch", \.sweep.pacing.maxBatch, .integer(1...1_000_000), .live,
            "The most rows that one batch changes."),
        .value(
            "pacing.wal_limit", \.sweep.pacing.walLimit, .bytes((1 << 20)...(1 << 40)), .live,
            "The size of the write-ahead log above which a run waits for a checkpoint before it goes on."),
    ]

    private static let timeout = ValueKind.duration(
        .seconds(1)...longest, such: "30m", reason: ", or every job would count as dead at once")

    /// An hour at least: with less, and above all with 0, a job would go about as soon as it ends, before the application or anybody
    /// else saw how it ended. No such value is meant, and there is no way back from it.
    private static let retention = ValueKind.duration(
        .hours(1)...(.days(36_500)), such: "30d", reason: ", or what has just ended would be deleted")
}
