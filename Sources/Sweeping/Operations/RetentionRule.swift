/// An operation that deletes rows of one table once they are old.
package struct RetentionRule: SweepOperation {
    package let name: OperationName
    package var isEnabled = true
    package var wording: OperationWording
    package var metric: OperationMetric?
    package var noun: RowNoun
    package var table: TableReference
    /// None for the table's primary key, until it is settled.
    package var key: [String]
    /// What says how old a row is.
    package var time: TimeSource
    package var retention: Retention
    /// Which rows the rule is for.
    package var condition: Condition = .all([])
    package var spared: SparedRows?
    /// What is read besides the key, and stands guard.
    package var columns: [ReadColumn]
    package var newest: NewestRule?
    /// Columns that name rows which stay.
    package var references: [ColumnReference] = []
    package var dependents: [Dependents] = []
    package var maxRows: Int?
    /// The rule is for databases that have these, and none of those.
    package var onlyIf: [Rule.Presence] = []
    package var notIf: [Rule.Presence] = []
    package var remedy: String
    /// The values of the metric's labels that a row is counted under.
    package var labels: @Sendable (SelectedRow) -> [String] = { _ in [] }
    /// Why a row is chosen, for a preview.
    package var describe: @Sendable (SelectedRow) -> String
    /// A column with few words, all of which the rule is for.
    package var words: (column: String, values: [Value])?
    /// What rows with these values are called, such as `failed jobs`.
    package var rows: @Sendable ([String: Value]) -> String
    /// Whether a configuration or a preset made it, and `check` has to tell what it found.
    package var isOfConfiguration = false
    /// What happened to its rows at their time, such as `finished`; nil where only their columns tell.
    package var happened: String?
    /// Whether its rows are jobs.
    package var concernsJobs = false

    package init(
        _ name: OperationName, wording: OperationWording, noun: RowNoun, table: TableReference, key: [String],
        time: TimeSource, retention: Retention
    ) {
        self.name = name
        self.wording = wording
        self.noun = noun
        self.table = table
        self.key = key
        self.time = time
        self.retention = retention
        remedy = RetentionRule.usualRemedy(name)
        columns = time.read
        rows = { _ in noun.many }
        describe = { row in
            guard let column = time.column(of: row) else { return "" }
            return "\(column) is \(row.time(column).text)"
        }
    }

    package var action: RowAction { .delete }

    package var summary: String { RetentionSummary(rule: self).text }

    package var announcement: Announcement {
        let happened = happened ?? "with \(time.columns.joined(separator: " or "))"
        guard let keep = retention.keep, retention.exceptions.isEmpty else {
            return Announcement(noun, .those("\(happened) longer ago than they are kept"))
        }
        return Announcement(noun, .older(happened, than: keep))
    }

    package var needs: [TableNeed] {
        [TableNeed(table, key: key, columns.filter { !$0.isOptional }.map(\.name))]
            + references.map { TableNeed(reading: $0.table, [$0.column]) }
            + dependents.map { TableNeed(reading: $0.table, [$0.column]) }
            // What two rows share belongs to both: it may not go for the sake of one of them.
            + dependents.compactMap(\.parentColumn).map { TableNeed(table, key: [$0], []) }
            + dependents.flatMap(\.unlessReferenced).map { TableNeed(reading: $0.table, [$0.column]) }
    }

    package func selection(at now: Timestamp) -> Selection {
        Selection(
            label: name.rawValue, noun: noun, table: table, key: key, columns: columns, condition: decision(at: now),
            lookups: references.map { reference in
                var lookup = Lookup(
                    column: key.first ?? "", table: reference.table, key: [reference.column],
                    target: reference.column, columns: [])
                lookup.passesOverGone = true
                return lookup
            })
    }

    package func judge(at now: Timestamp) -> Judge {
        let isOld = decision(at: now).judge { [labels] in PlannedChange(labels: labels($0)) }
        guard !references.isEmpty else { return isOld }
        return { row in
            let verdict = isOld(row)
            guard case .change = verdict, isNamed(row) else { return verdict }
            return .skip(.referenced)
        }
    }

    private func isNamed(_ row: SelectedRow) -> Bool {
        row.links.contains { if case .found = $0 { true } else { false } }
    }

    /// Nobody may have begun to name the row meanwhile.
    package var standing: Condition? {
        guard !references.isEmpty else { return nil }
        return .all(
            references.map {
                .noRow(RowReference(column: key.first ?? "", table: $0.table, target: $0.column))
            })
    }

    package func note(on row: SelectedRow, at now: Timestamp) -> String { describe(row) }

    package func jobID(of row: SelectedRow) -> String? { concernsJobs ? row.id : nil }

    package var ranking: Ranking? { newest.map { Ranking($0, by: time) } }

    /// Which rows go.
    private func decision(at now: Timestamp) -> Condition {
        .all([condition, .isOver(time, retention, now: now)])
    }
}

extension RetentionRule {
    package var looksAt: [TableReference] {
        var tables = onlyIf.map(\.table) + notIf.map(\.table)
        if key.isEmpty || isOfConfiguration { tables.append(table) }
        tables += dependents.map(\.table)
        return tables
    }

    package func settled(by facts: [TableReference: TableFacts]) throws(StoreError) -> (any SweepOperation)? {
        func isThere(_ one: Rule.Presence) -> Bool {
            guard let table = facts[one.table] else { return false }
            return one.column.map(table.has) ?? true
        }
        guard onlyIf.allSatisfy(isThere), !notIf.contains(where: isThere) else { return nil }
        var rule = self
        if key.isEmpty, let own = facts[table] {
            guard !own.primaryKey.isEmpty else {
                throw StoreError(
                    .schema, "table \(table) has no primary key: name the columns that tell its rows apart under `key`")
            }
            rule.key = own.primaryKey
        }
        if rule.key.count > 1, !references.isEmpty || dependents.contains(where: { $0.parentColumn == nil }) {
            throw StoreError(
                .schema,
                "`unless_referenced` and `dependents` go by one column, and the key of \(table) has"
                    + " \(rule.key.count): \(rule.key.joined(separator: ", "))")
        }
        for place in rule.dependents.indices {
            rule.dependents[place].key = facts[rule.dependents[place].table]?.primaryKey ?? []
            if !rule.dependents[place].unlessReferenced.isEmpty, rule.dependents[place].key.count != 1 {
                throw StoreError(
                    .schema,
                    "`unless_referenced` of \(rule.dependents[place].table) goes by its primary key, which has to be"
                        + " one column")
            }
        }
        return rule
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
