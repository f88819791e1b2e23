/// What is done to rows.
package enum RowAction: Sendable, Equatable {
    case delete
    case update([ColumnWrite])
}

/// A column that an update sets.
package struct ColumnWrite: Sendable, Equatable {
    package enum Source: Sendable, Equatable {
        /// A value that is chosen for each row.
        case chosen(mayBeNull: Bool)
        /// The run's `now`, as the column writes its instants. Where it holds none, these columns show how the application writes them.
        case now(like: [ColumnReference])
    }

    package var column: String
    package var source: Source

    package init(_ column: String, _ source: Source) {
        self.column = column
        self.source = source
    }
}

/// A batch's change, the same for all of its rows but for the values that are chosen.
package struct TableChange: Sendable, Equatable {
    /// Where the rows were read: everything that was read of a row has to be as it was.
    package var selection: Selection
    package var action: RowAction
    /// What has to hold of each row beside that, at the moment of its change.
    package var condition: Condition?
    /// What deleted rows may not take along.
    package var spared: SparedRows?
    /// Rows of other tables that go before: while one of them is there, or there anew, a row stays.
    package var dependents: [Dependents] = []
    /// Tables that are looked at afterwards: a dry run has to remember what would have gone from them.
    package var laterTables: [TableReference] = []
    /// Whether all is undone in the end: whatever has to go before a row is taken for gone.
    package var isTrial = false
    package var now: Timestamp

    package init(
        of selection: Selection, _ action: RowAction, while condition: Condition? = nil,
        sparing spared: SparedRows? = nil,
        now: Timestamp
    ) {
        self.selection = selection
        self.action = action
        self.condition = condition
        self.spared = spared
        self.now = now
    }
}

/// Rows that are not to go, not even along with others: a row whose deletion would take one of them along is kept.
package struct SparedRows: Sendable, Equatable {
    package var table: TableReference
    package var condition: Condition

    package init(_ table: TableReference, where condition: Condition) {
        self.table = table
        self.condition = condition
    }
}

/// A row to be changed, and the values that were chosen for it, in the order of the columns that have such.
package struct PlannedRow<Key: Sendable>: Sendable {
    package var key: Key
    package var values: [Value]

    package init(_ key: Key, _ values: [Value] = []) {
        self.key = key
        self.values = values
    }
}

/// What an operation is about to do, for whoever examines the database before.
package struct PlannedWork: Sendable {
    package var selection: Selection
    package var action: RowAction
    package var condition: Condition?
    package var spared: SparedRows?
    package var needs: [TableNeed]
    /// What to do where something of `needs` is missing, to stand behind a colon.
    package var remedy: String
    /// Rows of other tables that go before.
    package var dependents: [Dependents]

    package init(
        selection: Selection, action: RowAction, condition: Condition?, sparing spared: SparedRows? = nil,
        needs: [TableNeed], remedy: String, dependents: [Dependents] = []
    ) {
        self.dependents = dependents
        self.selection = selection
        self.action = action
        self.condition = condition
        self.spared = spared
        self.needs = needs
        self.remedy = remedy
    }
}

extension TableChange {
    /// Whether somebody looks for the rows, or for what goes with them, afterwards.
    package var isMetAgain: Bool { !laterTables.isEmpty }

    /// The change that a trial is of.
    package var withoutTrial: TableChange {
        var change = self
        change.isTrial = false
        return change
    }

    /// What of a row's dependents has to be gone: all but those that stay for good.
    package func awaited(_ dependents: Dependents, key: String) -> Condition {
        var reference = RowReference(
            column: dependents.parentColumn ?? key, table: dependents.table, target: dependents.column,
            condition: dependents.standing ?? .all([]))
        // They are deleted by these bytes.
        reference.isExact = true
        return .noRow(reference)
    }
}
