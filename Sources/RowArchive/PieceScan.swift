import Glibc
import Sweeping

/// Goes through a file's pieces.
struct PieceScan {
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
            whole <= PieceScan.largest, Int64(stored) <= length - place
        else { return nil }
        return Piece(
            kind: kind, flags: head[1], start: start, whole: Int(whole), stored: Int(stored), checksum: checksum)
    }

    /// The piece's content; nil where it isn't what was written.
    mutating func content(of piece: Piece) -> [UInt8]? {
        place = piece.start + Int64(ArchiveFormat.pieceHead)
        guard let stored = bytes(piece.stored), Compressor.checksum(stored[...]) == piece.checksum else { return nil }
        guard piece.flags & ArchiveFormat.Flags.compressed != 0 else {
            return stored.count == piece.whole ? stored : nil
        }
        return Compressor.expand(stored, to: piece.whole)
    }
}
