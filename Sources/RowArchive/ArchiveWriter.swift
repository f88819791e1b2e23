import Sweeping
import Synchronization

/// Writes a run's archive. The file is made with the first row that is kept.
package final class ArchiveWriter: ArchiveSink {
    /// What to do once no more fits.
    package enum WhenFull: String, Sendable, Equatable, CaseIterable {
        case goOn = "continue"
        case stop
    }

    /// Bounds of an archive.
    package struct Limits: Sendable, Equatable {
        package var bytes: Int64
        package var whenFull: WhenFull

        package init(bytes: Int64, whenFull: WhenFull) {
            self.bytes = bytes
            self.whenFull = whenFull
        }
    }

    /// So much is written before older archives are looked at once more.
    private static let unlooked: Int64 = 4 << 20

    private let header: ArchiveHeader
    private let folder: String
    let path: String
    let limits: Limits
    private let makeRoom: @Sendable () -> Void
    let state = Mutex(State())
    /// For those who make rows durable ahead, beside the transactions; made when it is needed.
    let compressorAhead = Mutex<Compressor?>(nil)

    /// - Parameters:
    ///   - folder: the last part of it may be made.
    ///   - makeRoom: is called now and then while the file grows, so that older ones can go.
    package init(
        _ header: ArchiveHeader, folder: String, limits: Limits, makeRoom: @escaping @Sendable () -> Void = {}
    ) {
        self.makeRoom = makeRoom
        self.header = header
        self.folder = folder
        self.limits = limits
        path = folder + "/" + ArchiveFormat.name(ofRun: header.runID)
    }

    package func begin(_ operation: String) {
        state.withLock { state in
            state.operation = operation
            reset(&state)
            state.isOpen = true
        }
    }

    func reset(_ state: inout State) {
        state.used = []
        state.claimed = RowClaims()
        state.piece = RowWriter()
        state.kept = 0
        state.missed = 0
        state.changed = []
        state.counts = [:]
        state.isRepeated = false
        state.begin = state.output?.length ?? 0
        state.mark = nil
        state.sealed = nil
    }

    package func keep(_ row: ArchivedRow) {
        state.withLock { state in
            if isForeseen(row, in: &state) { return }
            guard state.trouble == nil else { return state.missed += 1 }
            note(row, in: &state)
            state.piece.put(row, of: state.operation)
            state.kept += 1
            state.counts[row.table.table.description, default: 0] += 1
            if state.piece.count >= ArchiveFormat.usualPiece * 4 { write(&state) }
        }
    }

    /// Only a row that was changed can go on to be changed, or deleted, in its transaction.
    func note(_ row: ArchivedRow, in state: inout State) {
        let isChange = row.fate != .deleted
        guard isChange || !state.changed.isEmpty else { return }
        let key = (row.fate == .deleted ? row.values : row.newValues)
        if !state.tables.contains(where: { $0 === row.table }) { state.tables.append(row.table) }
        let name = RowName(row.table, number: row.number, key)
        if state.changed.contains(name) {
            state.isRepeated = true
        } else if isChange {
            state.changed.insert(name)
        }
    }

    package func miss(_ reason: String) {
        state.withLock { state in
            if state.isOpen { state.missed += 1 } else { state.facts.missed += 1 }
            if state.facts.trouble == nil { state.facts.trouble = reason }
        }
    }

    package func missAll(_ reason: String) throws(StoreError) {
        miss(reason)
        if limits.whenFull == .stop { throw ArchiveWriter.stop(for: reason) }
    }

    static func stop(for reason: String) -> StoreError {
        StoreError(.archiveFull, "\(reason), and nothing is taken away that isn't kept (archive.when_full: stop)")
    }

    package func setMark() {
        state.withLock { state in
            if state.piece.count >= ArchiveFormat.usualPiece { write(&state) }
            state.mark = Mark(
                place: state.piece.place, kept: state.kept, missed: state.missed, used: state.used.count,
                isRepeated: state.isRepeated,
                counts: state.counts, trouble: state.trouble)
        }
    }

    package func goBack() {
        state.withLock { state in
            guard let mark = state.mark else { return }
            if let written = mark.written {
                state.piece = written.piece
                state.output?.cut(to: written.length)
            }
            state.mark?.written = nil
            state.foreseen.free(state.used[mark.used...])
            state.used.removeSubrange(mark.used...)
            state.missed = mark.missed
            state.isRepeated = mark.isRepeated
            guard state.trouble == nil || mark.trouble != nil else {
                // What was kept before the mark went with what came after it.
                state.missed += mark.kept
                return
            }
            state.piece.goBack(to: mark.place)
            state.kept = mark.kept
            state.counts = mark.counts
        }
    }

    /// Writes the piece, durable or not.
    func write(_ state: inout State) {
        guard state.piece.count > 0, state.trouble == nil else { return }
        if state.mark != nil, state.mark?.written == nil {
            state.mark?.written = (state.piece, state.output?.length ?? 0)
        }
        do throws(StoreError) {
            try append(ArchiveFormat.piece(.rows, state.piece.content.bytes, by: state.compressor), &state)
            state.piece = RowWriter()
        } catch {
            give(up: error, &state)
        }
    }

    func append(_ bytes: [UInt8], _ state: inout State) throws(StoreError) {
        let output = try output(&state)
        guard output.length + Int64(bytes.count) <= limits.bytes else {
            throw StoreError(
                .full, "the archive of this run has reached its limit of \(limits.bytes) bytes (archive.max_size)")
        }
        if output.length - state.lookedAt >= ArchiveWriter.unlooked || state.lookedAt < 0 {
            state.lookedAt = output.length
            makeRoom()
        }
        // Looked at each time: a small disk would be full before the next look.
        guard output.hasRoom(for: bytes.count) else {
            throw StoreError(.full, "less than 5 % or 1 MB of the disk that holds \(folder) would be left")
        }
        try output.append(bytes)
    }

    func output(_ state: inout State) throws(StoreError) -> ArchiveOutput {
        if let output = state.output { return output }
        let output = try ArchiveOutput(creating: path, in: folder)
        do throws(StoreError) {
            try output.append(ArchiveFormat.magic + ArchiveFormat.piece(.header, header.json, by: state.compressor))
            try output.makeDurable()
            try output.makeNameDurable(in: folder)
        } catch {
            output.remove()
            throw error
        }
        state.output = output
        state.begin = output.length
        if state.mark?.written != nil { state.mark?.written?.length = output.length }
        return output
    }

    /// From here on nothing is kept; what the transaction has kept so far is of no use without the rest.
    func give(up error: StoreError, _ state: inout State) {
        state.trouble = error
        state.missed += state.kept
        state.kept = 0
        state.piece = RowWriter()
        state.output?.cut(to: state.begin)
    }
}

extension ArchivedRow {
    /// What the run made of it, or what it was.
    fileprivate var newValues: [Value] {
        if case .changed(let new) = fate { new } else { values }
    }
}
