import Glibc
import Sweeping

/// Rows that are durable before it is known that they go.
///
/// They are units of their own, of which only those rows count that a later unit claims: the one of the transaction that deleted them.
extension ArchiveWriter {
    package func foresee(_ rows: [ArchivedRow], of operation: String) {
        state.withLock { state in
            guard state.trouble == nil, state.foresees, !rows.isEmpty else { return }
            reset(&state)
            state.operation = operation
            var names: [RowName] = []
            for row in rows {
                guard state.trouble == nil else { break }
                if !state.tables.contains(where: { $0 === row.table }) { state.tables.append(row.table) }
                let name = RowName(row, row.values)
                if let known = state.foreseen[name], known.isSame(as: row.values) { continue }
                state.piece.put(row, of: operation)
                // An older one of the same name stays in the file, and nobody claims it.
                state.foreseen[name] = Foreseen(
                    table: row.table.table.description, values: row.values, unit: state.units, ordinal: state.kept)
                state.kept += 1
                names.append(name)
                if state.piece.count >= ArchiveFormat.usualPiece * 4 { write(&state) }
            }
            if state.kept > 0, state.trouble == nil { seal(&state, flags: ArchiveFormat.Flags.foreseen) }
            if state.trouble == nil {
                state.units += state.kept > 0 ? 1 : 0
            } else {
                // They are tried again with their transaction, which tells.
                for name in names { state.foreseen[name] = nil }
                state.missed = 0
                state.trouble = nil
                state.foresees = false
            }
            state.used = []
            reset(&state)
        }
    }

    /// Whether the file has the row already, as it is.
    func isForeseen(_ row: ArchivedRow, in state: inout State) -> Bool {
        guard !state.foreseen.isEmpty, row.fate == .deleted else { return false }
        let name = RowName(row, row.values)
        // One that was changed before, in this transaction, is undone step by step.
        guard let known = state.foreseen[name], !known.isUsed, !state.changed.contains(name),
            known.isSame(as: row.values)
        else { return false }
        state.foreseen[name]?.isUsed = true
        state.used.append((name, known))
        return true
    }

    /// What was used wasn't, since it was undone.
    func free(_ used: ArraySlice<(name: RowName, one: Foreseen)>, in state: inout State) {
        for (name, _) in used { state.foreseen[name]?.isUsed = false }
    }

    /// What the transaction under way deletes of what was foreseen.
    func claims(_ state: borrowing State) -> RowClaims {
        var claims = RowClaims()
        var rest = state.used[...]
        // Rows go in the order in which they were foreseen, but for those that stay.
        while let first = rest.first?.one {
            let run = rest.enumerated().prefix { place, next in
                next.one.unit == first.unit && next.one.ordinal == first.ordinal + place
                    && next.one.table.isSame(as: first.table)
            }.count
            claims.insert(first.ordinal..<first.ordinal + run, ofUnit: first.unit, table: first.table)
            rest = rest.dropFirst(run)
        }
        return claims
    }
}

extension ArchiveWriter.Foreseen {
    /// Whether the row still is what it was, to the bit. That is asked while the lock is held, of values of many megabytes.
    fileprivate func isSame(as now: [Value]) -> Bool {
        values.count == now.count
            && zip(values, now).allSatisfy { before, now in
                switch (before, now) {
                case (.text(let before), .text(let now)), (.blob(let before), .blob(let now)):
                    before.count == now.count && memcmp(before, now, before.count) == 0
                default: before.isIdentical(to: now)
                }
            }
    }
}
