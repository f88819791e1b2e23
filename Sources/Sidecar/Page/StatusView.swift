import Sweeping

/// What the status page and `/api/status` show, taken at one moment.
struct StatusView: Sendable {
    var now: Timestamp
    var databaseName: String
    var database: DatabaseWatch.View
    var totals: RunTotals
    var schedule: String
    /// Nil when no run is due.
    var nextRun: Timestamp?
    var current: RunRecord?
    /// Newest first; dry runs and restores among them.
    var recent: [RunRecord]
    /// Operations that are held, by their names.
    var held: [String: HeldOperation] = [:]
    /// Every operation, in run order.
    var operations: [OperationFacts]
    var enabled: [OperationName]
    /// Operations that go on in the next run, though they are held.
    var approved: [String] = []
    /// What is wrong, the gravest first.
    var concerns: [Concern] = []
    var archive = ArchiveFacts()
    var process = ProcessIdentity()

    /// What is kept of what runs take away.
    struct ArchiveFacts: Sendable {
        var isKept = false
        /// Why nothing is: a part of a sentence.
        static let off = "the archive is switched off (archive.enabled)"
        var keep: Duration = .zero
        var current = RunArchives.View()
    }

    /// Which process this is, and what it goes by.
    struct ProcessIdentity: Sendable {
        var host: String?
        var upSince: Timestamp?
        /// Nil for none: flags, environment and defaults.
        var configurationFile: String?
        var configurationLoaded: Timestamp?
    }

    /// The database's name without the folders that it lies in, for where there is little room.
    var shortName: String {
        databaseName.split(separator: "/").last.map(String.init) ?? databaseName
    }

    /// Rows still eligible after the last run, by operation; nil where that isn't known.
    var backlog: [String: Int?] { totals.lastRun.backlog(of: operations.map(\.name), whileUp: database.isUp) }

    /// The last run that wasn't a dry run and is over; restores aren't runs.
    var lastRun: RunRecord? {
        recent.first { record in
            if case .over = record.phase { record.isSweep } else { false }
        }
    }

    private var databaseJSON: JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(databaseName), "up": .bool(database.isUp == true),
            "error": .optional(database.error),
            "size_bytes": .optional(database.sizes?.fileBytes), "free_bytes": .optional(pages?.freeBytes),
            "wal_bytes": .optional(pages?.writeAheadLogBytes),
            "reclaimable_bytes": .optional(pages?.reclaimableBytes),
            "reclaimed_by": .optional(pages?.reclaimer.rawValue),
            "facts": .object(
                Dictionary(
                    (database.sizes?.facts ?? []).map { ($0.name, .optional($0.value)) }, uniquingKeysWith: { $1 })),
        ]
        if let server = database.sizes?.server { fields["engine"] = .string(server.description) }
        return .object(fields)
    }

    var json: JSONValue {
        [
            "version": .string(Version.number),
            "database": databaseJSON,
            "schedule": .string(schedule),
            "next_run": .optional(nextRun?.rfc3339),
            "running": .bool(current != nil),
            "current_run": current.map(RunJSON.job) ?? .null,
            "last_run": lastRun.map(RunJSON.job) ?? .null,
            "held": .array(
                operations.compactMap { held[$0.name.rawValue] }.map { one in
                    [
                        "operation": .string(one.operation.rawValue), "reason": .string(one.reason.rawValue),
                        "eligible": .int(one.eligible), "usual": .int(one.usual), "message": .string(one.sentence),
                        "since": .optional(one.since?.rfc3339),
                    ]
                }),
            "backlog": .object(backlog.mapValues { $0.map(JSONValue.int) ?? .null }),
        ]
    }

    /// The sizes of a database that is made of pages.
    private var pages: DatabaseSizes? { database.sizes.flatMap { $0.hasPages ? $0 : nil } }
}
