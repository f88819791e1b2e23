import Glibc
import Sweeping

/// Rows that are durable before it is known that they go.
///
/// They are sealed units of their own, which count unless it is said of a row that it wasn't deleted after all. That is only said at the
/// run's end: a run that is killed leaves some rows in its archive that it hasn't deleted, which a restore finds in their places.
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
                state.counts[row.table.table.description, default: 0] += 1
                // An older one of the same name stays in the file, and is as good as none.
                if let old = state.foreseen[name] { state.outdated.append(old) }
                state.foreseen[name] = Foreseen(values: row.values, unit: state.units, ordinal: state.kept)
                state.kept += 1
                names.append(name)
                if state.piece.count >= ArchiveFormat.usualPiece * 4 { write(&state) }
            }
            if state.kept > 0, state.trouble == nil { seal(&state) }
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
        state.used.append(name)
        return true
    }

    /// What was used wasn't, since it was undone.
    func free(_ names: ArraySlice<RowName>, in state: inout State) {
        for name in names { state.foreseen[name]?.isUsed = false }
    }

    /// Says of rows that the file has that they weren't deleted. Without it a restore would find them there, as they were or changed.
    func noteUnused(_ state: inout State) {
        reset(&state)
        let unused = state.foreseen.values.filter { !$0.isUsed } + state.outdated
        guard !unused.isEmpty, let output = state.output else { return }
        var content = ByteWriter()
        content.put(unused.count)
        for one in unused {
            content.put(one.unit)
            content.put(one.ordinal)
        }
        do throws(StoreError) {
            try output.append(ArchiveFormat.piece(.unused, content.bytes, by: state.deflater))
            try output.makeDurable()
        } catch {
            // The next restore says of such a row that its key is taken, where it was changed since.
        }
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
