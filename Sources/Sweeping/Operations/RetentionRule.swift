/// An operation that deletes rows of one table once they are old.
package struct RetentionRule: SweepOperation {
    package let name: OperationName
    package var isEnabled = true
    package var wording: OperationWording
    package var metric: OperationMetric?
    package var noun: RowNoun
    package var table: TableReference
    package var key: [String]
    /// The column that says how old a row is.
    package var time: String
    package var retention: Retention
    /// Which rows the rule is for.
    package var condition: Condition = .all([])
    package var spared: SparedRows?
    /// What is read besides the key, and stands guard.
    package var columns: [ReadColumn]
    /// The values of the metric's labels that a row is counted under.
    package var labels: @Sendable (SelectedRow) -> [String] = { _ in [] }
    /// Why a row is chosen, for a preview.
    package var describe: @Sendable (SelectedRow) -> String
    /// A column with few words, all of which the rule is for.
    package var words: (column: String, values: [Value])?
    /// What rows with these values are called, such as `failed jobs`.
    package var rows: @Sendable ([String: Value]) -> String
    /// Whether its rows are jobs.
    package var concernsJobs = false

    package init(
        _ name: OperationName, wording: OperationWording, noun: RowNoun, table: TableReference, key: [String],
        time: String, retention: Retention
    ) {
        self.name = name
        self.wording = wording
        self.noun = noun
        self.table = table
        self.key = key
        self.time = time
        self.retention = retention
        columns = [.time(time)]
        rows = { _ in noun.many }
        describe = { "\(time) is \($0.time(time).text)" }
    }

    package var action: RowAction { .delete }

    package var needs: [TableNeed] {
        [TableNeed(table, key: key, columns.filter { !$0.isOptional }.map(\.name))]
    }

    package func selection(at now: Timestamp) -> Selection {
        Selection(
            label: name.rawValue, noun: noun, table: table, key: key, columns: columns, condition: decision(at: now))
    }

    package func judge(at now: Timestamp) -> Judge {
        decision(at: now).judge { [labels] in PlannedChange(labels: labels($0)) }
    }

    package func note(on row: SelectedRow, at now: Timestamp) -> String { describe(row) }

    package func jobID(of row: SelectedRow) -> String? { concernsJobs ? row.id : nil }

    /// Which rows go.
    private func decision(at now: Timestamp) -> Condition {
        .all([condition, .isOver(time, retention, now: now)])
    }
}

extension Retention.Exception {
    /// Times by words.
    init(column: String, isFolded: Bool, _ times: [String: Duration]) {
        self.init(
            column: column, isFolded: isFolded,
            keep: Dictionary(uniqueKeysWithValues: times.map { (Value($0), Duration?.some($1)) }))
    }
}
