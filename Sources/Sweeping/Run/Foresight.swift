/// What the operations before it would have made of the rows that an operation of a dry run meets: a real run finds them changed, or
/// gone together with their parents.
struct Foresight {
    private struct Cascade {
        let operation: any SweepOperation
        let judge: Judge
        /// Which of the selection's lookups leads to the row that takes this one along.
        let lookup: Int
    }

    private struct Update {
        let operation: any SweepOperation
        let judge: Judge
        let lookup: Int
    }

    /// The operation's own selection and whatever has to be read beside that.
    private(set) var selection: Selection
    private var cascades: [Cascade] = []
    private var updates: [Update] = []
    private let now: Timestamp

    /// - Parameters:
    ///   - earlier: the operations of this run that came to their end.
    ///   - heldBack: rows that they left alone.
    init<Session: MaintenanceSession>(
        of operation: any SweepOperation, after earlier: [any SweepOperation], at now: Timestamp, heldBack: HeldBack,
        in session: Session
    ) async throws {
        self.now = now
        func judge(_ other: any SweepOperation, _ looked: Selection) -> Judge {
            let judge = other.verdicts(at: now)
            if heldBack.isEmpty { return judge }
            return { row in heldBack.holds(row, of: looked.table, at: now) ? .keep : judge(row) }
        }
        selection = operation.selection(at: now)
        for other in earlier {
            let looked = other.selection(at: now)
            for place in selection.lookups.indices where selection.lookups[place].table == looked.table {
                read(looked, through: place)
                if !other.deletes {
                    updates.append(Update(operation: other, judge: judge(other, looked), lookup: place))
                }
            }
            // Which of its rows an operation takes doesn't always show in the row alone; the session remembers what it took.
            guard other.deletes, other.isJudgedByRow else { continue }
            for key in try await session.cascades(from: selection.table, onto: looked.table) {
                cascades.append(
                    Cascade(operation: other, judge: judge(other, looked), lookup: lookup(key, to: looked)))
            }
        }
    }

    /// Where the row that takes others along is read.
    private mutating func lookup(_ key: CascadingKey, to other: Selection) -> Int {
        let target = key.parentColumn ?? other.key[0]
        let place: Int
        if let known = selection.lookups.firstIndex(where: {
            $0.column == key.column && $0.table == other.table && $0.target == target
        }) {
            place = known
        } else {
            place = selection.lookups.count
            selection.lookups.append(
                Lookup(column: key.column, table: other.table, key: other.key, target: target, columns: []))
        }
        read(other, through: place)
        return place
    }

    /// Has everything read that the other operation decides by.
    private mutating func read(_ other: Selection, through place: Int) {
        let known = selection.lookups[place].allColumns
        selection.lookups[place].columns += other.allColumns
            .filter { column in !known.contains { $0.name.isSame(as: column.name) && ($0.isTime || !column.isTime) } }
            .map { ReadColumn($0.name, isOptional: true, isTime: $0.isTime) }
    }

    /// Judges a row as a real run would find it.
    func judging(_ judge: @escaping Judge, recorder: RunRecorder) -> (SelectedRow) -> Verdict<PlannedChange> {
        guard !cascades.isEmpty || !updates.isEmpty else { return judge }
        return { row in
            for cascade in cascades {
                if case .found(let parent) = row.links[cascade.lookup],
                    change(parent, by: cascade.operation, cascade.judge, recorder) != nil
                {
                    return .keep
                }
            }
            var row = row
            for update in updates {
                guard case .found(var other) = row.links[update.lookup],
                    let change = change(other, by: update.operation, update.judge, recorder)
                else { continue }
                other.take(change, by: update.operation.action, at: now)
                row.links[update.lookup] = .found(other)
            }
            return judge(row)
        }
    }

    private func change(
        _ row: SelectedRow, by operation: any SweepOperation, _ judge: Judge, _ recorder: RunRecorder
    ) -> PlannedChange? {
        guard case .change(let change) = judge(row), !recorder.wasKept(row.identity, from: operation.name) else {
            return nil
        }
        return change
    }
}

extension SelectedRow {
    /// Makes of the row what the change makes of it.
    fileprivate mutating func take(_ change: PlannedChange, by action: RowAction, at now: Timestamp) {
        guard case .update(let writes) = action else { return }
        var chosen = change.values.makeIterator()
        for write in writes {
            switch write.source {
            case .chosen: if let value = chosen.next() { self[write.column] = value }
            case .now: self[write.column] = Value(now.rfc3339)
            }
        }
    }
}
