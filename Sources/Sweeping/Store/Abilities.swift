/// What only some engines can do for a run, or need done. A session that has nothing to say about one leaves it out.
package protocol SessionAbilities: Sendable {
    /// Where changes are first written aside, into a log: moves its content into the database as far as readers allow, without
    /// holding writers up, and has the log begin anew where nobody is in the way.
    /// - Returns: the log's size in bytes that still waits to be moved; nil where another connection is just moving it.
    func relieveLog() async throws -> Int64?

    /// Whether a page may be read while the rows of the one before it are being changed: where that gains time.
    var readsAhead: Bool { get }

    /// How many rows one page reads: enough to keep the next batches busy, few enough to take no memory to speak of.
    var pageRows: Int { get }

    /// For whose sake a run had better wait now; empty for nobody's. It is asked between any two batches, so an engine that has to ask
    /// its server does that no more often than about once a second. What nobody may see is among them as unknown, and no reason to wait.
    func pressure() async throws -> [Pressure]

    /// What makes the rows of a change dear, as far as the database's own definition tells, in words: an index that is missing, a trigger.
    func causesOfCost(_ change: TableChange) async throws -> [String]

    /// The newest time without an offset that some of the columns' values show; nil where they show none.
    func newestTime(in columns: [ColumnReference]) async throws -> NewestTime?

    /// The application's tables, by name.
    func tables() async throws -> [TableReference]

    /// How much of the disk a table takes with its indexes, in bytes; nil where that can't be told soon.
    func bytes(of table: TableReference) async throws -> Int64?

    /// What some of a column's values, the oldest and the newest among them as far as they can be had, show of its times; nil where it has
    /// none.
    func times(in column: ReadColumn, of table: TableReference) async throws -> ColumnTimes?

    /// What the disk that the database is on has room for; nil where that can't be told.
    func room() async throws -> StorageRoom?

    /// Puts rows of an archive back, each as it was; one that was changed only where it still is what it was made. Those that can't be
    /// put back are left alone. A session for a dry run says what would become of them.
    func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome

    /// The rows with the values that a selection's pages would have of them.
    func asRead(_ rows: [ArchivedRow]) async throws -> [ArchivedRow]

    /// What each of an archive's rows refers to and isn't there; nil where that can't be told.
    /// - Parameter onlyInCircles: nil also for rows that can't refer to each other in a circle, and where those that do can't be put back.
    func missingParents(of rows: [ArchivedRow], onlyInCircles: Bool) async throws -> [[ParentReference]?]

    /// What each of an archive's rows refers to, whether it is there or not.
    func parents(of rows: [ArchivedRow]) async throws -> [[ParentReference]]

    /// By which columns rows refer to an archived table's.
    func referringPlaces(to table: ArchivedTable) async throws -> Set<ParentReference.Place>

    /// What would become of an archive's rows if they were put back, each for itself.
    func look(at rows: [ArchivedRow]) async throws -> [PutBack]

    /// What refers to each of an archive's rows by a place where not only the same values are equal; nil for rows to which nothing can.
    func references(to rows: [ArchivedRow], by place: ParentReference.Place) async throws -> [ParentReference?]

    /// Puts deleted rows back that refer to each other: each group in one piece, or not at all.
    /// - Returns: what became of the rows, group by group; the last groups may be missing.
    func putBack(groups: [[ArchivedRow]], within hold: Duration) async throws -> PutBackOutcome

    /// What the database wants done after many changes, such as fresh statistics.
    func tidyUp() async throws

    /// Unused space that a run may give back to the disk; none where the application hasn't set its database up for that.
    func spaceToGiveBack() async throws -> UnusedSpace

    /// Gives at most `units` of it back in one short transaction.
    /// - Returns: a row for each unit that was given back.
    func giveBackSpace(_ units: Int) async throws -> BatchOutcome
}

/// A reason to wait, or one of which nobody knows.
package struct Pressure: Sendable, Equatable {
    package var reason: PauseReason
    /// What was seen, with figures; or why nothing can be seen, and what to do about it.
    package var message: String
    /// Whether it can't be told if there is reason to wait.
    package var isUnknown: Bool

    package init(_ reason: PauseReason, _ message: String, isUnknown: Bool = false) {
        self.reason = reason
        self.message = message
        self.isUnknown = isUnknown
    }
}

extension SessionAbilities {
    package var readsAhead: Bool { false }
    package var pageRows: Int { 1_000 }
    package func pressure() async throws -> [Pressure] { [] }
    package func relieveLog() async throws -> Int64? { 0 }
    package func causesOfCost(_ change: TableChange) async throws -> [String] { [] }
    package func newestTime(in columns: [ColumnReference]) async throws -> NewestTime? { nil }
    package func tables() async throws -> [TableReference] { [] }
    package func bytes(of table: TableReference) async throws -> Int64? { nil }
    package func times(in column: ReadColumn, of table: TableReference) async throws -> ColumnTimes? { nil }
    package func room() async throws -> StorageRoom? { nil }
    package func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome {
        throw StoreError(.other, "jobsweep can't put rows back into a database of this kind")
    }
    package func asRead(_ rows: [ArchivedRow]) async throws -> [ArchivedRow] { rows }
    package func missingParents(of rows: [ArchivedRow], onlyInCircles: Bool) async throws -> [[ParentReference]?] {
        rows.map { _ in nil }
    }
    package func parents(of rows: [ArchivedRow]) async throws -> [[ParentReference]] { rows.map { _ in [] } }
    package func referringPlaces(to table: ArchivedTable) async throws -> Set<ParentReference.Place> { [] }
    package func look(at rows: [ArchivedRow]) async throws -> [PutBack] { rows.map { _ in .done } }
    package func references(to rows: [ArchivedRow], by place: ParentReference.Place) async throws -> [ParentReference?]
    {
        rows.map { _ in nil }
    }
    package func putBack(groups: [[ArchivedRow]], within hold: Duration) async throws -> PutBackOutcome {
        try await putBack(Array(groups.joined()), within: hold)
    }
    package func tidyUp() async throws {}
    package func spaceToGiveBack() async throws -> UnusedSpace { .none }
    package func giveBackSpace(_ units: Int) async throws -> BatchOutcome { BatchOutcome(rows: []) }
}
