import Sweeping

/// What can be set about the operations, as they declare it themselves.
extension SettingsCatalogue {
    /// What they do.
    static let operations: [Setting] =
        [
            .list(
                "operations.extra_job_types", \.extraJobTypes, .jobType, .live, wants: "a list of job types",
                mayBeEmpty: true,
                "Job types of the application's own whose names are so close to a known one that they pass for misspelled."
            )
        ] + declared.filter { !$0.isName }.map { Setting.of($0) }

    /// What the application calls its tables and columns.
    static let tables: [Setting] = declared.filter(\.isName).map { Setting.of($0) }

    /// Everything that operations declare, each once.
    static let declared: [any OperationSettingFacts] = {
        var seen: Set<String> = []
        return OperationKind.all.flatMap(\.settings).filter { seen.insert($0.path).inserted }
    }()

    static let pacing: [Setting] = [
        .value(
            "pacing.lock_target", \.pacing.lockTarget, .duration(.milliseconds(1)...(.seconds(10)), such: "20ms"),
            .live,
            "How long one batch may hold the database's write lock; batches grow and shrink to fit."),
        .value(
            "pacing.pause", \.pacing.pause, .duration(.zero...(.seconds(60)), such: "5ms"), .live,
            "The shortest pause between two batches, in which the application's writers get in."),
        .value(
            "pacing.max_batch", \.pacing.maxBatch, .integer(1...1_000_000), .live,
            "The most rows that one batch changes."),
        .value(
            "pacing.wal_limit", \.pacing.walLimit, .bytes((1 << 20)...(1 << 40)), .live,
            "The size of the write-ahead log above which a run waits for a checkpoint before it goes on (SQLite)."),
        .value(
            "pacing.replication_lag", \.pressure.replicationBytes, .bytes((1 << 20)...(1 << 40)), .restart,
            "How far a standby, or an active replication slot, may be behind before a run waits for it (PostgreSQL)."),
        .value(
            "pacing.snapshot_age", \.pressure.snapshotAge, .duration(.seconds(1)...longest, such: "10m"), .restart,
            "For how long another transaction may have kept deleted rows alive before a run waits for it, half a minute at most (PostgreSQL)."
        ),
        .optional(
            "pacing.throttle_query", \.pressure.throttleQuery, .query, .restart,
            "A query that gives one number: a run waits while it is above zero (PostgreSQL)."),
        .value(
            "pacing.vacuum_after_run", \.pressure.vacuums, .boolean, .restart,
            "Whether a run ends with VACUUM (SKIP_LOCKED, TRUNCATE false, ANALYZE) on the tables that lost rows (PostgreSQL)."
        ),
    ]
}

extension OperationSettingFacts {
    /// Whether it is the name of something in the application's database.
    var isName: Bool {
        switch kind {
        case .table, .column: true
        case .flag, .span, .spans: false
        }
    }
}

extension Setting {
    /// The setting that an operation declares.
    fileprivate static func of(_ facts: some OperationSettingFacts) -> Setting {
        let path = facts.path
        let help = facts.help
        switch (facts, facts.kind) {
        case (let setting as OperationSetting<Bool>, .flag):
            return .value(path, \.operations[setting], .boolean, .live, help)
        case (let setting as OperationSetting<Duration>, .span(let limits)):
            return .value(path, \.operations[setting], .duration(limits), .live, help)
        case (let setting as OperationSetting<[String: Duration]>, .spans(.jobTypes, let limits)):
            return .map(
                path, \.operations[setting], .jobType, .duration(limits), .live,
                wants: "a map of job types to durations", help)
        case (let setting as OperationSetting<[String: Duration]>, .spans(.finishedStatuses, let limits)):
            return .map(
                path, \.operations[setting], .finishedStatus, .duration(limits), .live,
                wants: "a map of completed, failed or cancelled to durations", help)
        case (let setting as OperationSetting<String>, .table):
            return .value(path, \.operations[setting], .table, .restart, help)
        case (let setting as OperationSetting<String>, .column):
            return .value(path, \.operations[setting], .column, .restart, help)
        default: preconditionFailure("\(path) is declared as what it isn't")
        }
    }
}

extension ValueKind where Value == Duration {
    fileprivate static func duration(_ limits: SpanLimits) -> ValueKind {
        .duration(limits.range, such: limits.example, reason: limits.reason)
    }
}
