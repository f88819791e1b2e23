import Glibc
import Sweeping

/// An archive as it is read.
package final class ArchiveFile: ArchiveSource {
    /// The rows of one transaction.
    package struct Unit: Sendable, Equatable {
        /// Rows by table.
        package var counts: [String: Int]
        package var operation: String
        /// Whether a row of it was changed more than once, so that it has to be undone backwards.
        package var isRepeated: Bool
        /// Whether its rows were there before it was known that they go: those count that another unit claims.
        var isForeseen: Bool
        /// Foreseen rows of other units that its transaction deleted.
        var claims: RowClaims
        /// Where its pieces begin in the file.
        var pieces: [Int64]

        package var rows: Int { counts.values.reduce(0, +) }
    }

    /// Whose rows, and of which table.
    package struct Place: Sendable, Hashable {
        package var operation: String
        package var table: String
    }

    package let path: String
    package let header: ArchiveHeader
    /// In the order in which they were done.
    package let units: [Unit]
    /// The file's length in bytes.
    package let bytes: Int64
    /// Where what the file says ends: a run that was killed leaves the beginning of a unit behind it, whose transaction was never committed.
    let end: Int64
    /// Whether the file was written to its end, and what is behind `end` can't be read all the same.
    private let isCutShort: Bool
    /// Units whose transactions may not have been committed: a run that is killed leaves one.
    let unconfirmed: Range<Int>
    /// What the run took and couldn't keep, as far as the file says: a run that couldn't write that may not have written its report either.
    package let loss: String?
    /// Whether it is known of all foreseen rows what became of them.
    let isSettled: Bool
    private let descriptor: CInt
    /// Units whose transactions were never committed.
    private let undone: Set<Int>
    /// The foreseen rows that were deleted.
    private let claims: RowClaims

    /// - Throws: `ArchiveError`.
    package convenience init(path: String) throws(ArchiveError) {
        try self.init(ArchiveFile.open(path))
    }

    /// What stands at a file's beginning.
    /// - Throws: `ArchiveError`.
    static func header(path: String) throws(ArchiveError) -> ArchiveHeader {
        let opened = try open(path)
        close(opened.scan.descriptor)
        return opened.header
    }

    private typealias Opened = (path: String, scan: PieceScan, header: ArchiveHeader)

    private static func open(_ path: String) throws(ArchiveError) -> Opened {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw ArchiveError("can't read \(path): \(String(cString: strerror(errno)))") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ArchiveError("\(path) is no plain file")
        }
        var scan = PieceScan(descriptor: descriptor, length: Int64(facts.st_size))
        guard scan.bytes(ArchiveFormat.magic.count) == ArchiveFormat.magic, let piece = scan.piece(),
            piece.kind == .header,
            let content = scan.content(of: piece), let header = ArchiveHeader(json: content)
        else {
            close(descriptor)
            throw ArchiveError("\(path) isn't an archive of this version of jobsweep, or its beginning is damaged")
        }
        return (path, scan, header)
    }

    private init(_ opened: Opened) {
        path = opened.path
        header = opened.header
        descriptor = opened.scan.descriptor
        bytes = opened.scan.length
        var scan = opened.scan
        var units: [Unit] = []
        var settlement = RowSettlement()
        var isSettled = false
        var confirmed = 0
        var loss: String?
        var pieces: [Int64] = []
        var end = scan.place
        scanning: while let piece = scan.piece() {
            if piece.kind == .rows {
                pieces.append(piece.start)
                scan.place = piece.end
                continue
            }
            guard let content = scan.content(of: piece) else { break }
            switch piece.kind {
            case .done:
                confirmed = units.count
                if !content.isEmpty { loss = String(decoding: content, as: UTF8.self) }
            case .settled:
                guard let found = try? RowSettlement(content) else { break scanning }
                settlement.undone.formUnion(found.undone)
                isSettled = true
            case .end:
                guard let unit = try? Unit(content, flags: piece.flags, pieces) else { break scanning }
                units.append(unit)
                pieces = []
            case .header, .rows: break scanning
            }
            end = scan.place
        }
        self.units = units
        self.end = end
        scan.place = max(end, bytes - Int64(ArchiveFormat.settledEnd.count))
        isCutShort = end < bytes && scan.bytes(ArchiveFormat.settledEnd.count) == ArchiveFormat.settledEnd
        self.loss = loss
        self.isSettled = isSettled
        unconfirmed = confirmed..<units.count
        undone = settlement.undone
        var claims = RowClaims()
        for (number, unit) in units.enumerated() where !settlement.undone.contains(number) {
            claims.formUnion(unit.claims)
        }
        self.claims = claims
    }

    deinit { close(descriptor) }

    /// Why not all of its units are known; nil where they are, as far as the file alone can tell.
    package var damage: String? {
        isCutShort ? "\(path) is damaged at byte \(end), and what is behind that can't be read" : nil
    }

    package var unitCount: Int { units.count }
    package var rows: Int { counts.values.reduce(0, +) }
    package var hasTail: Bool { end < bytes }

    /// How many rows each operation took of each table.
    package var counts: [Place: Int] {
        var counts: [Place: Int] = [:]
        for (number, unit) in units.enumerated() where !undone.contains(number) {
            for (table, count) in unit.counts {
                counts[Place(operation: unit.operation, table: table), default: 0] += count
            }
        }
        return counts
    }

    /// The rows of a unit, a piece at a time, in the order in which they have to be put back.
    /// - Throws: `ArchiveError` where the file is damaged; what `body` throws.
    package func forEachPiece(ofUnit number: Int, _ body: ([ArchiveEntry]) async throws -> Void) async throws {
        let unit = units[number]
        if unit.isForeseen {
            guard claims.rows[number] != nil else { return }
            try await forEachForeseen(ofUnit: number) { entries in
                try await body(entries.filter { claims.contains($0.ordinal, ofUnit: number) }.map(\.entry))
            }
        } else if !undone.contains(number) {
            for start in unit.isRepeated ? unit.pieces.reversed() : unit.pieces {
                let entries = try entries(at: start)
                try await body(unit.isRepeated ? entries.reversed() : entries)
            }
        }
    }

    /// All rows of a unit, whether they went or not, each with its place among them.
    func forEachForeseen(
        ofUnit number: Int, _ body: ([(ordinal: Int, entry: ArchiveEntry)]) async throws -> Void
    ) async throws {
        var ordinal = 0
        for start in units[number].pieces {
            let entries = try entries(at: start).enumerated().map { (ordinal: ordinal + $0.offset, entry: $0.element) }
            ordinal += entries.count
            try await body(entries)
        }
    }

    /// The rows of a transaction, wherever they are in the file.
    package func forEachRow(ofTransaction number: Int, _ body: ([ArchiveEntry]) async throws -> Void) async throws {
        for start in units[number].pieces { try await body(try entries(at: start)) }
        for (foreseen, places) in units[number].claims.rows where units.indices.contains(foreseen) {
            try await forEachForeseen(ofUnit: foreseen) { entries in
                try await body(entries.filter { places.contains($0.ordinal) }.map(\.entry))
            }
        }
    }

    /// Whether a foreseen row was deleted, as far as the file says.
    func isClaimed(_ ordinal: Int, ofUnit unit: Int) -> Bool { claims.contains(ordinal, ofUnit: unit) }

    private func entries(at start: Int64) throws(ArchiveError) -> [ArchiveEntry] {
        var scan = PieceScan(descriptor: descriptor, length: bytes, place: start)
        guard let piece = scan.piece(), piece.kind == .rows, let content = scan.content(of: piece) else {
            throw ArchiveError("\(path) is damaged at byte \(start)")
        }
        do throws(ByteReader.Damage) {
            return try RowReader.entries(of: content)
        } catch {
            throw ArchiveError("\(path) is damaged at byte \(start)")
        }
    }
}

extension ArchiveFile.Unit {
    /// - Parameter end: what the unit's end says.
    fileprivate init(_ end: [UInt8], flags: UInt8, _ pieces: [Int64]) throws(ByteReader.Damage) {
        var reader = ByteReader(end)
        operation = try reader.text()
        counts = [:]
        for _ in 0..<(try reader.count()) {
            let table = try reader.text()
            counts[table] = Int(clamping: try reader.number())
        }
        claims = try RowClaims(from: &reader)
        isRepeated = flags & ArchiveFormat.Flags.repeated != 0
        isForeseen = flags & ArchiveFormat.Flags.foreseen != 0
        self.pieces = pieces
    }
}

/// Why an archive can't be used, as a sentence.
package struct ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
