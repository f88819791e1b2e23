import Sweeping

/// How a transaction's rows become a unit of the file, and what becomes of that.
extension ArchiveWriter {
    package func seal() throws(StoreError) {
        let failure: StoreError? = state.withLock { state in
            let claims = claims(state)
            if state.kept > 0, state.trouble == nil { seal(&state, claiming: claims) }
            let claimed = state.used.count + state.claimed.count
            var rows = state.kept + claimed
            var hasUnit = state.kept > 0
            if state.kept == 0, claimed > 0 {
                // The rows are durable, and few bytes say which they are; so few that a limit is no matter.
                hasUnit = (try? state.output?.append(end(of: state, claiming: claims))) != nil
                if !hasUnit {
                    rows = 0
                    state.missed += claimed
                }
            }
            state.isSettling = true
            state.sealed = (rows, state.missed, hasUnit)
            state.units += hasUnit ? 1 : 0
            state.isUnconfirmed = hasUnit
            state.isOpen = false
            state.facts.rows += rows
            state.facts.missed += state.missed
            if let trouble = state.trouble, state.facts.trouble == nil { state.facts.trouble = trouble.message }
            guard limits.whenFull == .stop, state.trouble != nil || state.missed > 0 else { return nil }
            return ArchiveWriter.stop(
                for: state.trouble?.message ?? state.facts.trouble ?? "rows that go can't be kept")
        }
        if let failure { throw failure }
    }

    func seal(_ state: inout State, claiming claims: RowClaims = RowClaims(), flags: UInt8 = 0) {
        do throws(StoreError) {
            var bytes: [UInt8] = []
            if state.piece.count > 0 {
                bytes = ArchiveFormat.piece(.rows, state.piece.content.bytes, by: state.compressor)
            }
            bytes += end(of: state, claiming: claims, flags: flags)
            try append(bytes, &state)
            try state.output?.makeDurable()
            state.piece = RowWriter()
        } catch {
            give(up: error, &state)
        }
    }

    private func end(of state: borrowing State, claiming claims: RowClaims, flags: UInt8 = 0) -> [UInt8] {
        ArchiveFormat.end(
            // What could not be kept isn't counted.
            of: state.operation, state.kept > 0 ? state.counts : [:], claiming: claims, by: state.compressor,
            flags: flags | (state.isRepeated ? ArchiveFormat.Flags.repeated : 0))
    }

    package func confirm() {
        state.withLock { state in
            state.isSettling = false
            confirm(&state)
            // Not before: the lock would be held for it.
            state.foreseen.forget(state.used)
        }
    }

    /// What isn't said now is said with the next, or found out from the database.
    private func confirm(_ state: inout State) {
        // How many it will be, nobody knows yet; and a run that is killed can't say it later.
        let loss = state.tellsOfLoss || state.facts.missed == 0 ? nil : ArchiveFacts.loss(nil, state.facts.trouble)
        guard state.isUnconfirmed || loss != nil, let output = state.output else { return }
        guard (try? output.append(ArchiveFormat.done(loss, by: state.compressor))) != nil else { return }
        state.isUnconfirmed = false
        state.tellsOfLoss = state.tellsOfLoss || loss != nil
    }

    package func discard() {
        state.withLock { state in
            if let sealed = state.sealed {
                state.facts.rows -= sealed.rows
                state.units -= sealed.hasUnit ? 1 : 0
                state.facts.missed -= sealed.missed
            }
            state.isUnconfirmed = false
            state.isSettling = false
            state.output?.cut(to: state.begin)
            state.foreseen.free(state.used)
            reset(&state)
            state.isOpen = false
        }
    }

    package func finish() -> ArchiveFacts {
        state.withLock { state in
            var facts = state.facts
            if facts.rows == 0 {
                state.output?.remove()
            } else if let output = state.output {
                if !state.isUnconfirmed {
                    if let loss = facts.loss { try? output.append(ArchiveFormat.done(loss, by: state.compressor)) }
                    // Without it, the next restore asks the database.
                    try? output.append(ArchiveFormat.piece(.settled, RowSettlement().bytes, by: state.compressor))
                    try? output.makeDurable()
                }
                facts.file = path
                facts.bytes = output.length
            }
            state.output = nil
            return facts
        }
    }
}
