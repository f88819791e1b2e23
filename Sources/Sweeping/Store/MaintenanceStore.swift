/// The application's database, as the domain sees it. A database engine joins by implementing this and `MaintenanceSession`.
package protocol MaintenanceStore: Sendable {
    associatedtype Session: MaintenanceSession
    associatedtype Lease: RunLease

    /// What the run history knows this database by: the same for all ways to name it.
    var name: String { get }

    /// Takes the one run that this database allows at a time, across processes.
    /// - Throws: `RunRefusal` when another run holds it, `StoreError` when it can't be told.
    func acquireLease(for holder: RunHolder) async throws -> Lease

    /// Opens the database for one run. Nothing is kept open between runs, so a file that was replaced is noticed.
    /// - Throws: `StoreError`.
    func openSession(_ options: SessionOptions) async throws -> Session

    /// Looks at the database: whether it can be read, and its sizes.
    /// - Throws: `StoreError`.
    func inspect() async throws -> DatabaseSizes

    /// Looks at everything that a run with this work relies on, and changes nothing.
    /// - Throws: `StoreError` when the database can't be opened.
    func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding]
}

/// How a session is to behave.
package struct SessionOptions: Sendable {
    /// Decide and count, but change nothing.
    package var dryRun: Bool
    /// How long to wait for another writer's lock.
    package var busyTimeout: Duration
    /// For how long something may be read at a stretch where others wait for whoever reads.
    package var longestRead: Duration
    /// How long a dry run may do again what it has tried before, each time that it tries more, where others wait for it.
    package var longestRehearsal: Duration
    /// True once the run is to end; waiting for locks ends then.
    package var isStopping: @Sendable () -> Bool
    /// The run's `now`: which numbers can be times follows from it.
    package var now: Timestamp
    /// The clock that wrote the times that carry no offset.
    package var timeZone: TimeZoneRules
    /// Where every row is put before it goes or changes; nil where nothing is kept.
    package var archive: (any ArchiveSink)?

    package static let defaultBusyTimeout: Duration = .seconds(5)
    package static let defaultLongestRead: Duration = .milliseconds(20)
    package static let defaultLongestRehearsal: Duration = .milliseconds(40)

    package init(
        dryRun: Bool, busyTimeout: Duration = defaultBusyTimeout, longestRead: Duration = defaultLongestRead,
        longestRehearsal: Duration = defaultLongestRehearsal,
        now: Timestamp = StoredTime.unsetBefore, timeZone: TimeZoneRules = .utc, archive: (any ArchiveSink)? = nil,
        isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        self.now = now
        self.timeZone = timeZone
        self.archive = archive
        self.dryRun = dryRun
        self.busyTimeout = busyTimeout
        self.longestRead = longestRead
        self.longestRehearsal = longestRehearsal
        self.isStopping = isStopping
    }
}

/// Sizes in bytes.
package struct DatabaseSizes: Sendable, Equatable {
    package var fileBytes: Int64
    /// Pages inside the file that hold nothing.
    package var freeBytes: Int64
    package var writeAheadLogBytes: Int64
    /// Who gives the free pages back to the disk.
    package var reclaimer: SpaceReclaimer
    /// The server that keeps it; nil where the database is a file.
    package var server: ServerFacts?
    /// Whether free pages and a log are what this database has. Where they aren't, nothing of the three above says anything.
    package var hasPages: Bool
    /// What else there is to tell, as only this engine knows it.
    package var facts: [DatabaseFact]

    package init(
        fileBytes: Int64, freeBytes: Int64, writeAheadLogBytes: Int64, reclaimer: SpaceReclaimer = .vacuum,
        hasPages: Bool = true, facts: [DatabaseFact] = [], server: ServerFacts? = nil
    ) {
        self.server = server
        self.hasPages = hasPages
        self.facts = facts
        self.fileBytes = fileBytes
        self.freeBytes = freeBytes
        self.writeAheadLogBytes = writeAheadLogBytes
        self.reclaimer = reclaimer
    }

    /// What rewriting the database would give back to the disk at the least: pages that are only partly filled get packed as well.
    package var reclaimableBytes: Int64 { freeBytes }
}

/// One thing that an engine knows of its database.
package struct DatabaseFact: Sendable, Equatable {
    /// For machines: `dead_rows`.
    package var name: String
    /// For a person, behind the figure: `dead rows`.
    package var words: String
    /// Nil where it can't be seen.
    package var value: Int64?
    package var unit: Unit

    package enum Unit: Sendable, Equatable {
        case count
        case bytes
        case seconds
    }

    package init(_ name: String, _ words: String, _ value: Int64?, _ unit: Unit = .count) {
        self.name = name
        self.words = words
        self.value = value
        self.unit = unit
    }
}

/// Which server keeps a database.
package struct ServerFacts: Sendable, Equatable {
    /// What it calls itself: `PostgreSQL`.
    package var kind: String
    package var version: String
    /// Whether connections to it are shared out by somebody in between.
    package var isPooled: Bool

    package init(kind: String, version: String, isPooled: Bool) {
        self.kind = kind
        self.version = version
        self.isPooled = isPooled
    }

    package var description: String { "\(kind) \(version)\(isPooled ? ", through a pooler" : "")" }
}

/// The right to be the one run on a database; it ends with `release`, or with the process.
package protocol RunLease: Sendable {
    func release() async
}

/// Who has the lease.
package struct RunHolder: Sendable, Equatable, Codable {
    package var runID: String
    package var processID: Int32
    package var trigger: Trigger?
    package var startedAt: Timestamp
    /// A look: it takes away again what it had to make.
    package var dryRun: Bool
    /// The machine that it is on, where it may be another one and is known.
    package var host: String?
    /// Where it is known: in how many seconds others may take over, unless it is heard of until then.
    package var leaseSeconds: Int?

    package init(runID: String, processID: Int32, trigger: Trigger, startedAt: Timestamp, dryRun: Bool = false) {
        self.dryRun = dryRun
        self.runID = runID
        self.processID = processID
        self.trigger = trigger
        self.startedAt = startedAt
    }

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case processID = "pid"
        case trigger
        case startedAt = "started_at"
        case dryRun = "dry_run"
        case host
    }

    /// Reads what is there: another version may write less, or other words.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        runID = try container.decode(String.self, forKey: .runID)
        processID = (try? container.decode(Int32.self, forKey: .processID)) ?? 0
        trigger = try? container.decode(Trigger.self, forKey: .trigger)
        startedAt = try container.decode(Timestamp.self, forKey: .startedAt)
        dryRun = (try? container.decode(Bool.self, forKey: .dryRun)) ?? false
        host = try? container.decodeIfPresent(String.self, forKey: .host)
    }
}
