import Glibc
import Sweeping

/// Rows that become durable while transactions are under way, on somebody else's thread.
extension ArchiveWriter {
    package func ahead(of operation: String) -> (any RowsAhead)? {
        state.withLock { $0.trouble == nil && $0.foresees } ? UnitAhead(self, operation) : nil
    }

    package func claim(_ places: [Int], of unit: Int, _ table: ArchivedTable) {
        let name = table.table.description
        state.withLock { state in
            var rest = places[...]
            while let first = rest.first {
                let count = rest.enumerated().prefix { $1 == first + $0 }.count
                state.claimed.insert(first..<first + count, ofUnit: unit, table: name)
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Where a unit was put.
    fileprivate enum Placing {
        case written(unit: Int, descriptor: CInt)
        /// What the transaction under way writes may be cut off again, and what is behind it too.
        case later
        case never
    }

    fileprivate func place(_ unit: [UInt8]) -> Placing {
        state.withLock { state in
            guard state.trouble == nil, state.foresees else { return .never }
            if state.isSettling || state.isOpen && (state.output?.length ?? state.begin) != state.begin {
                return .later
            }
            do throws(StoreError) {
                try append(unit, &state)
                let output = try output(&state)
                // What is cut off with the transaction under way lies behind it.
                state.begin = output.length
                state.units += 1
                return .written(unit: state.units - 1, descriptor: output.duplicate())
            } catch {
                state.foresees = false
                return .never
            }
        }
    }

    fileprivate func giveUpForesight() { state.withLock { $0.foresees = false } }
}

/// Some rows on their way into the file.
private final class UnitAhead: RowsAhead {
    /// So long it is waited for a transaction that is about to end. One of which nobody knows whether it was committed takes longer: then
    /// there is nothing more to be foreseen.
    private static let patience = 10_000
    private static let pause: useconds_t = 1_000

    private let archive: ArchiveWriter
    private let operation: String
    private var piece = RowWriter()
    private var bytes: [UInt8] = []
    private var size = 0

    init(_ archive: ArchiveWriter, _ operation: String) {
        self.archive = archive
        self.operation = operation
    }

    func put(_ table: ArchivedTable, _ values: (inout ByteWriter) -> Void) {
        let before = piece.count
        piece.put(table, of: operation, values)
        size += piece.count - before
        if piece.count >= ArchiveFormat.usualPiece * 4 { flush() }
    }

    private func flush() {
        guard piece.count > 0 else { return }
        let content = piece.content.bytes
        bytes += withCompressor { ArchiveFormat.piece(.rows, content, by: $0) }
        piece = RowWriter()
    }

    func seal() -> Int? {
        guard size > 0 else { return nil }
        flush()
        bytes += withCompressor { [operation] in
            ArchiveFormat.end(of: operation, [:], claiming: RowClaims(), by: $0, flags: ArchiveFormat.Flags.foreseen)
        }
        for _ in 0..<UnitAhead.patience {
            switch archive.place(bytes) {
            case .later: usleep(UnitAhead.pause)
            case .never: return nil
            case .written(let unit, let descriptor):
                // Nobody else waits for that.
                defer { close(descriptor) }
                if descriptor >= 0, fdatasync(descriptor) == 0 { return unit }
                archive.giveUpForesight()
                return nil
            }
        }
        return nil
    }

    private func withCompressor(_ body: @Sendable (Compressor) -> [UInt8]) -> [UInt8] {
        archive.compressorAhead.withLock { compressor in
            let ready = compressor ?? Compressor()
            compressor = ready
            return body(ready)
        }
    }
}
