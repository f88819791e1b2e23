import Sweeping

/// What `jobsweep vacuum` can do for a database.
package enum SpaceWork: Sendable {
    /// It is rewritten, and others are kept out meanwhile.
    case rewriting(CompactionJob)
    /// The server makes the space of deleted rows usable again.
    case reusing(SpaceReuseJob)
}

/// `jobsweep vacuum` on a server, step by step.
package struct SpaceReuseJob: Sendable {
    package let databaseName: String
    private let reuser: any SpaceReuser
    private let tables: [TableReference]

    init(database: String, reuser: any SpaceReuser, policy: SweepPolicy) {
        databaseName = database
        self.reuser = reuser
        var tables: [TableReference] = []
        for table in policy.operations.flatMap(\.needs).map(\.table) where !tables.contains(table) {
            tables.append(table)
        }
        self.tables = tables
    }

    /// - Throws: `StoreError`.
    package func look() async throws -> [TableSpace] { try await reuser.look(at: tables) }

    /// - Throws: `StopReason.cancelled` when `control` ended it, `StoreError`.
    package func reuse(_ spaces: [TableSpace], control: RunControl) async throws -> [TableSpace] {
        try await reuser.reuse(spaces, control: control)
    }
}
