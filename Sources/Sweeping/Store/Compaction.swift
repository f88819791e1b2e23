/// Rewrites the application's whole database without its unused space. It is done on request only, since the application can't
/// write meanwhile.
package protocol Compactor: Sendable {
    /// What it would give back, what it takes, and whom it keeps out.
    /// - Throws: `StoreError`.
    func plan() async throws -> CompactionPlan

    /// Does it. Whatever ends it early leaves the database as it was.
    /// - Throws: `StopReason.cancelled` when `control` ended it, `StoreError` when it can't be done.
    func compact(control: RunControl) async throws -> CompactionOutcome
}

/// What a compaction is about to do.
package struct CompactionPlan: Sendable, Equatable {
    /// Whom it keeps out from its beginning to its end.
    package enum KeepsOut: String, Sendable, Equatable {
        case writers
        case everyone
    }

    package var sizes: DatabaseSizes
    /// What it writes, in bytes: about the size of the database afterwards, or less.
    package var keptBytes: Int64
    package var keepsOut: KeepsOut
    package var needs: [SpaceNeed]

    package init(sizes: DatabaseSizes, keptBytes: Int64, keepsOut: KeepsOut, needs: [SpaceNeed]) {
        self.sizes = sizes
        self.keptBytes = keptBytes
        self.keepsOut = keepsOut
        self.needs = needs
    }

    /// File systems that have too little room for what is needed on each of them, all needs together.
    package var shortages: [SpaceShortage] {
        var places: [SpaceShortage] = []
        for need in needs {
            if let known = places.firstIndex(where: { $0.needs[0].fileSystem == need.fileSystem }) {
                places[known].needs.append(need)
            } else {
                places.append(SpaceShortage(needs: [need]))
            }
        }
        return places.filter { $0.neededBytes > $0.availableBytes }
    }
}

/// Disk space that is needed for a while.
package struct SpaceNeed: Sendable, Equatable {
    /// What it is needed for, to stand behind "for".
    package var purpose: String
    package var directory: String
    /// Tells file systems apart.
    package var fileSystem: UInt64
    package var bytes: Int64
    /// What this user may still write there, in bytes.
    package var availableBytes: Int64
    /// What to do where it is too little, beside making room.
    package var remedy: String?

    package init(
        purpose: String, directory: String, fileSystem: UInt64, bytes: Int64, availableBytes: Int64,
        remedy: String? = nil
    ) {
        self.purpose = purpose
        self.directory = directory
        self.fileSystem = fileSystem
        self.bytes = bytes
        self.availableBytes = availableBytes
        self.remedy = remedy
    }
}

/// What is needed of one file system that hasn't got it.
package struct SpaceShortage: Sendable, Equatable {
    /// At least one.
    package var needs: [SpaceNeed]

    package init(needs: [SpaceNeed]) {
        self.needs = needs
    }

    package var neededBytes: Int64 { needs.reduce(0) { $0 + $1.bytes } }
    package var availableBytes: Int64 { needs.reduce(.max) { min($0, $1.availableBytes) } }
}

/// What a compaction did.
package struct CompactionOutcome: Sendable, Equatable {
    package var before: DatabaseSizes
    package var after: DatabaseSizes
    /// By how much the database's content became smaller, in bytes.
    package var givenBackBytes: Int64
    /// How long the rewriting took, in which the others were kept out.
    package var duration: Duration
    /// What readers keep in the log, in bytes: until they let go, the file doesn't get its new size. Nil where another connection
    /// is just moving it.
    package var waitingLogBytes: Int64?

    package init(
        before: DatabaseSizes, after: DatabaseSizes, givenBackBytes: Int64, duration: Duration, waitingLogBytes: Int64?
    ) {
        self.before = before
        self.after = after
        self.givenBackBytes = givenBackBytes
        self.duration = duration
        self.waitingLogBytes = waitingLogBytes
    }
}
