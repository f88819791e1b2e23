/// One kind of upkeep that a run does: which rows it looks at, what it makes of each, and how all that is told.
///
/// Everything about an operation is in its own file. What others need to know of it, from the report to the metrics, they get from
/// here; `OperationKind.all` is the one list.
package protocol SweepOperation: Sendable {
    var name: OperationName { get }
    /// Whether the configuration switches it on.
    var isEnabled: Bool { get }
    var wording: OperationWording { get }
    /// What goes or changes, what stays, and for how long, as sentences for a person.
    var summary: String { get }
    /// What it is about to do, for whoever decides on it.
    var announcement: Announcement { get }
    /// What it counts; nil where the rows by operation are enough.
    var metric: OperationMetric? { get }
    /// What is done to a row that it chooses.
    var action: RowAction { get }
    /// What has to hold at the moment of the change besides the row being as it was read.
    var standing: Condition? { get }
    /// What the rows that it deletes may not take along; nil where anything may go with them.
    var spared: SparedRows? { get }
    /// The tables and columns that it can't do without.
    var needs: [TableNeed] { get }
    /// What to do where something that it needs isn't there.
    var remedy: String { get }
    /// Rows that stay because they are the newest; nil where age alone counts.
    var ranking: Ranking? { get }
    /// Rows of other tables that go before its own.
    var dependents: [Dependents] { get }
    /// The most rows that one run changes; nil for no limit.
    var maxRows: Int? { get }
    /// How much of what there is it may change; nil for any part.
    var share: ShareBrake? { get }
    /// The tables that it has to know more of than a configuration says.
    var looksAt: [TableReference] { get }

    /// The operation as it is on a database with these tables; nil where it isn't for such a database.
    /// - Throws: `StoreError` with code `.schema` where it can't be.
    func settled(by facts: [TableReference: TableFacts]) throws(StoreError) -> (any SweepOperation)?

    func selection(at now: Timestamp) -> Selection
    /// What decides on rows in a run that began at `now`.
    func judge(at now: Timestamp) -> Judge

    /// Why the row is chosen, for a preview.
    func note(on row: SelectedRow, at now: Timestamp) -> String
    /// The job that an error on this row is reported under; nil for rows that have to do with no job.
    func jobID(of row: SelectedRow) -> String?
}

extension SweepOperation {
    package var metric: OperationMetric? { nil }
    package var standing: Condition? { nil }
    package var spared: SparedRows? { nil }
    package var ranking: Ranking? { nil }
    package var dependents: [Dependents] { [] }
    package var maxRows: Int? { nil }
    package var share: ShareBrake? { nil }
    package var looksAt: [TableReference] { [] }

    package func settled(by facts: [TableReference: TableFacts]) throws(StoreError) -> (any SweepOperation)? { self }

    package func jobID(of row: SelectedRow) -> String? { nil }

    package var remedy: String { Self.usualRemedy(name) }

    package static func usualRemedy(_ name: OperationName) -> String {
        "set the application's own names under 'tables', or switch \(name) off"
    }

    package var deletes: Bool { action == .delete }

    /// Whether what becomes of a row shows in the row and what is read along with it.
    var isJudgedByRow: Bool { ranking == nil && maxRows == nil && standing == nil }

    /// What decides on rows as they are read: one whose values are too long to be read whole can't be told from another, and stays.
    package func verdicts(at now: Timestamp) -> Judge {
        let judge = judge(at: now)
        return { row in
            let verdict = judge(row)
            if case .change = verdict, row.isCut { return .skip(.unreadable) }
            return verdict
        }
    }

    /// What it is about to do, for whoever examines the database before.
    package func work(at now: Timestamp) -> PlannedWork {
        PlannedWork(
            selection: selection(at: now), action: action, condition: standing, sparing: spared, needs: needs,
            remedy: remedy, dependents: dependents)
    }
}

/// Decides what is to become of a row as it was read by the operation's own selection.
package typealias Judge = @Sendable (SelectedRow) -> Verdict<PlannedChange>

/// What is to become of one row.
package struct PlannedChange: Sendable, Equatable {
    /// For the columns whose values are chosen, in the order of the action's.
    package var values: [Value]
    /// The values of the labels that the row is counted under.
    package var labels: [String]
    /// What the report says of it; nil where it only counts.
    package var detail: ReportDetail?
    /// What was strange about the row, and counted, though it is changed.
    package var doubt: SkipReason?

    package init(
        values: [Value] = [], labels: [String] = [], detail: ReportDetail? = nil, doubt: SkipReason? = nil
    ) {
        self.values = values
        self.labels = labels
        self.detail = detail
        self.doubt = doubt
    }
}

/// The rows of a table that stay because they are the newest of their group, and what tells their times.
package struct Ranking: Sendable, Equatable {
    package var rule: NewestRule
    package var time: TimeSource

    package init(_ rule: NewestRule, by time: TimeSource) {
        self.rule = rule
        self.time = time
    }
}
