import Sweeping

/// Rows that are durable before it is known that they go.
///
/// They are units of their own, of which only those rows count that a later unit claims: the one of the transaction that deleted them.
extension ArchiveWriter {
    package func foresee(_ rows: [ArchivedRow], of operation: String) {
        state.withLock { state in
            guard state.trouble == nil, state.foresees, !rows.isEmpty else { return }
            reset(&state)
            state.foreseen.makeRoom()
            state.operation = operation
            var count = 0
            for row in rows {
                guard state.trouble == nil else { break }
                if state.foreseen.has(row) { continue }
                state.piece.put(row, of: operation)
                state.foreseen.append(row, unit: state.units, ordinal: state.kept)
                state.kept += 1
                count += 1
                if state.piece.count >= ArchiveFormat.usualPiece * 4 { write(&state) }
            }
            if state.kept > 0, state.trouble == nil { seal(&state, flags: ArchiveFormat.Flags.foreseen) }
            if state.trouble == nil {
                state.units += state.kept > 0 ? 1 : 0
            } else {
                // They are tried again with their transaction, which tells.
                state.foreseen.removeLast(count)
                state.missed = 0
                state.trouble = nil
                state.foresees = false
            }
            reset(&state)
        }
    }

    package func isForeseen(_ table: ArchivedTable, number: Int64?, where isSame: ([Value]) -> Bool) -> Bool {
        state.withLock { state in
            // One that was changed before, in this transaction, is undone step by step.
            guard state.changed.isEmpty, let place = state.foreseen.takeNext(table, number: number, where: isSame)
            else { return false }
            state.used.append(place)
            return true
        }
    }

    /// Whether the file has the row already, as it is.
    func isForeseen(_ row: ArchivedRow, in state: inout State) -> Bool {
        guard row.fate == .deleted, state.changed.isEmpty || !state.changed.contains(RowName(row)),
            let place = state.foreseen.take(row)
        else { return false }
        state.used.append(place)
        return true
    }

    /// What the transaction under way deletes of what was foreseen.
    func claims(_ state: borrowing State) -> RowClaims {
        var claims = state.claimed
        var rest = state.used[...]
        // Rows go in the order in which they were foreseen, but for those that stay.
        while let first = rest.first.map({ state.foreseen[$0] }) {
            let run = rest.enumerated().prefix { offset, place in
                let next = state.foreseen[place]
                return next.unit == first.unit && next.ordinal == first.ordinal + offset && next.table === first.table
            }.count
            claims.insert(
                first.ordinal..<first.ordinal + run, ofUnit: first.unit, table: first.table.table.description)
            rest = rest.dropFirst(run)
        }
        return claims
    }
}
