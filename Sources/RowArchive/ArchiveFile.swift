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
    /// Whether the file has more than its units: a run that was killed leaves the beginning of one, whose transaction was never
    /// committed.
    package let hasTail: Bool
    private let descriptor: CInt
    /// By unit, the places of rows that weren't deleted after all.
    private let unused: [Int: Set<Int>]

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

    private typealias Opened = (path: String, scan: Scan, header: ArchiveHeader)

    private static func open(_ path: String) throws(ArchiveError) -> Opened {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw ArchiveError("can't read \(path): \(String(cString: strerror(errno)))") }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ArchiveError("\(path) is no plain file")
        }
        var scan = Scan(descriptor: descriptor, length: Int64(facts.st_size))
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
        var unused: [Int: Set<Int>] = [:]
        var pieces: [Int64] = []
        var end = scan.place
        while let piece = scan.piece() {
            if piece.kind == .rows {
                pieces.append(piece.start)
                scan.place = piece.end
                continue
            }
            if piece.kind == .unused, let content = scan.content(of: piece),
                let places = try? ArchiveFile.places(content)
            {
                for (unit, ordinal) in places { unused[unit, default: []].insert(ordinal) }
                end = scan.place
                continue
            }
            guard piece.kind == .end, let content = scan.content(of: piece) else { break }
            guard let unit = try? Unit(content, isRepeated: piece.flags & ArchiveFormat.Flags.repeated != 0, pieces)
            else {
                break
            }
            units.append(unit)
            pieces = []
            end = scan.place
        }
        self.units = units
        self.unused = unused
        hasTail = end < bytes
    }

    deinit { close(descriptor) }

    package var unitCount: Int { units.count }
    package var rows: Int { units.reduce(0) { $0 + $1.rows } - unused.values.reduce(0) { $0 + $1.count } }

    /// How many rows each operation took of each table.
    package var counts: [Place: Int] {
        var counts: [Place: Int] = [:]
        for unit in units {
            for (table, count) in unit.counts {
                counts[Place(operation: unit.operation, table: table), default: 0] += count
            }
        }
        return counts
    }

    /// The rows of a unit, a piece at a time, in the order in which they have to be put back.
    /// - Throws: `ArchiveError` where the file is damaged; what `body` throws.
    package func forEachPiece(ofUnit unit: Int, _ body: ([ArchiveEntry]) async throws -> Void) async throws {
        let passed = unused[unit] ?? []
        let unit = units[unit]
        var ordinal = 0
        for start in unit.isRepeated ? unit.pieces.reversed() : unit.pieces {
            var entries = try entries(at: start)
            if unit.isRepeated { entries.reverse() }
            if !passed.isEmpty {
                let all = entries
                entries = all.enumerated().filter { !passed.contains(ordinal + $0.offset) }.map(\.element)
                ordinal += all.count
            }
            try await body(entries)
        }
    }

    private static func places(_ content: [UInt8]) throws(ByteReader.Damage) -> [(unit: Int, ordinal: Int)] {
        var reader = ByteReader(content)
        var places: [(unit: Int, ordinal: Int)] = []
        for _ in 0..<(try reader.count()) {
            let unit = Int(clamping: try reader.number())
            places.append((unit, Int(clamping: try reader.number())))
        }
        return places
    }

    private func entries(at start: Int64) throws(ArchiveError) -> [ArchiveEntry] {
        var scan = Scan(descriptor: descriptor, length: bytes, place: start)
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
    fileprivate init(_ end: [UInt8], isRepeated: Bool, _ pieces: [Int64]) throws(ByteReader.Damage) {
        var reader = ByteReader(end)
        operation = try reader.text()
        counts = [:]
        for _ in 0..<(try reader.count()) {
            let table = try reader.text()
            counts[table] = Int(clamping: try reader.number())
        }
        self.isRepeated = isRepeated
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

/// Goes through a file's pieces.
private struct Scan {
    struct Piece {
        var kind: ArchiveFormat.Piece
        var flags: UInt8
        var start: Int64
        var whole: Int
        var stored: Int
        var checksum: UInt32

        var end: Int64 { start + Int64(ArchiveFormat.pieceHead + stored) }
    }

    /// No piece is larger, whatever a damaged file says.
    private static let largest = Int(UInt32.max / 2)

    let descriptor: CInt
    let length: Int64
    var place: Int64 = 0

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard Int64(count) <= length - place else { return nil }
        var done = 0
        var bytes = [UInt8](repeating: 0, count: count)
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, Int(place) + done)
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            done += got
        }
        place += Int64(count)
        return bytes
    }

    /// The next piece's head; nil at the end, and where there is none.
    mutating func piece() -> Piece? {
        let start = place
        guard let head = bytes(ArchiveFormat.pieceHead), let kind = ArchiveFormat.Piece(rawValue: head[0]) else {
            return nil
        }
        var reader = ByteReader(head, at: 2)
        guard let whole = try? reader.fixed(), let stored = try? reader.fixed(), let checksum = try? reader.fixed(),
            whole <= Scan.largest, Int64(stored) <= length - place
        else { return nil }
        return Piece(
            kind: kind, flags: head[1], start: start, whole: Int(whole), stored: Int(stored), checksum: checksum)
    }

    /// The piece's content; nil where it isn't what was written.
    mutating func content(of piece: Piece) -> [UInt8]? {
        place = piece.start + Int64(ArchiveFormat.pieceHead)
        guard let stored = bytes(piece.stored), Deflater.checksum(stored) == piece.checksum else { return nil }
        guard piece.flags & ArchiveFormat.Flags.compressed != 0 else {
            return stored.count == piece.whole ? stored : nil
        }
        return Deflater.expand(stored, to: piece.whole)
    }
}
