/// Rows that were put back and are out of every run's reach for a while.
package struct HeldBack: Sendable, Equatable {
    /// One of them: its table as an operation names it, and what names the row there.
    package struct Row: Sendable, Hashable {
        package var table: String
        package var identity: [Value]

        package init(table: TableReference, identity: [Value]) {
            self.table = table.description.folded
            self.identity = identity
        }

        private init(named table: String, identity: [Value]) {
            self.table = table
            self.identity = identity
        }

        /// From its parts, as they were kept.
        package static func kept(table: String, identity: [Value]) -> Row { Row(named: table, identity: identity) }
    }

    package var until: [Row: Timestamp]

    package init(_ until: [Row: Timestamp] = [:]) {
        self.until = until
    }

    package var isEmpty: Bool { until.isEmpty }

    /// Whether a run that began at `now` leaves the row alone.
    package func holds(_ row: SelectedRow, of table: TableReference, at now: Timestamp) -> Bool {
        until[Row(table: table, identity: row.identity)].map { now < $0 } ?? false
    }

    /// Judges rows but for those that are left alone.
    func judging(_ judge: @escaping Judge, of table: TableReference, at now: Timestamp) -> Judge {
        if isEmpty { return judge }
        return { row in holds(row, of: table, at: now) ? .keep : judge(row) }
    }

    /// The rows of an archive under every name by which an operation may choose them, also those that only went along with others.
    package static func rows(of entries: [ArchiveEntry], _ policy: SweepPolicy) -> [Row] {
        let selections = policy.operations.map { $0.selection(at: StoredTime.unsetBefore) }
        return entries.flatMap { entry in
            let table = entry.row.table
            let rows = selections.compactMap { selection -> Row? in
                guard table.table.mayBe(selection.table) else { return nil }
                // A rule that names no key goes by the table's own.
                let key = selection.key.isEmpty ? table.key.map { table.columns[$0].name } : selection.key
                let places = key.map { name in
                    table.columns.firstIndex { $0.name.folded.isSame(as: name.folded) }
                }
                let identity = places.compactMap { place in place.map { table.plain(entry.row.values[$0]) } }
                return !identity.isEmpty && identity.count == places.count
                    ? Row(table: selection.table, identity: identity) : nil
            }
            return Array(Set(rows))
        }
    }
}

extension TableReference {
    /// Whether both may name the same table: an engine's usual schema needs no name, and a dot may stand in one.
    fileprivate func mayBe(_ other: TableReference) -> Bool {
        let (own, others) = (description.folded, other.description.folded)
        guard !own.isSame(as: others) else { return true }
        return (schema == nil) != (other.schema == nil) && name.folded.isSame(as: other.name.folded)
    }
}

extension ArchivedTable {
    /// A value as the domain has it: text in UTF-8.
    fileprivate func plain(_ value: Value) -> Value {
        guard !textEncoding.isSame(as: ArchivedTable.utf8), case .text(let bytes) = value else { return value }
        let isBig = textEncoding.isSame(as: "UTF-16be")
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place -> UInt16 in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        return Value(String(decoding: units, as: UTF16.self))
    }
}
