import Foundation
import Sweeping

/// What stands at an archive's beginning: whose rows it has.
package struct ArchiveHeader: Sendable, Equatable, Codable {
    package var runID: String
    /// What the run history knows the database by.
    package var database: String
    package var startedAt: Timestamp
    /// When the machine was switched on, in the kernel's words: since then nothing that was written got lost. Nil where it doesn't say.
    package var boot: String?

    package init(
        runID: String, database: String, startedAt: Timestamp, boot: String? = ArchiveHeader.thisBoot
    ) {
        self.runID = runID
        self.database = database
        self.startedAt = startedAt
        self.boot = boot
    }

    package static var thisBoot: String? {
        let path = "/proc/sys/kernel/random/boot_id"
        return try? String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private enum CodingKeys: String, CodingKey {
        case runID = "run_id"
        case database
        case boot
        case startedAt = "started_at"
    }

    var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Two texts and a time can always be written.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }

    init?(json: [UInt8]) {
        guard let header = try? JSONDecoder().decode(ArchiveHeader.self, from: Data(json)) else { return nil }
        self = header
    }
}

/// The layout of an archive's file: these bytes, the header, and the pieces, of which each unit has some and then its end.
///
///     piece:  kind, flags, length before compression (4), length (4), CRC-32 of what follows (4), content
enum ArchiveFormat {
    /// The last digit is the format's version.
    static let magic = Array("jobsweep rows 2\n".utf8)
    static let pieceHead = 14
    /// No piece is longer before it is compressed; what is in a row of the application's may be, and then has one of its own.
    static let usualPiece = 256 << 10

    enum Piece: UInt8 {
        case header = 0x68
        case rows = 0x72
        /// The unit's end, with the foreseen rows that its transaction deleted: all rows were durable when it was committed.
        case end = 0x65
        /// The transactions of all units before it were committed. Where they took rows that aren't in the file, a sentence says so.
        case done = 0x64
        /// What was found out of a run that was killed, and nothing at the end of one that wasn't: the foreseen rows before it that no
        /// unit claims weren't deleted.
        case settled = 0x73
    }

    enum Flags {
        static let compressed: UInt8 = 1
        /// A row of the unit was changed more than once: it has to be undone backwards.
        static let repeated: UInt8 = 2
        /// The unit's rows are there before it is known that they go.
        static let foreseen: UInt8 = 4
    }

    static func piece(_ kind: Piece, _ content: [UInt8], by compressor: Compressor, flags: UInt8 = 0) -> [UInt8] {
        let short = content.count > 64 ? compressor.compress(content, leaving: pieceHead) : nil
        var piece = short ?? [UInt8](repeating: 0, count: pieceHead) + content
        var head = ByteWriter()
        head.bytes = [kind.rawValue, flags | (short == nil ? 0 : Flags.compressed)]
        head.putFixed(UInt32(content.count))
        head.putFixed(UInt32(piece.count - pieceHead))
        head.putFixed(Compressor.checksum(piece[pieceHead...]))
        piece.replaceSubrange(..<pieceHead, with: head.bytes)
        return piece
    }

    /// - Parameter counts: the unit's own rows by table.
    static func end(
        of operation: String, _ counts: [String: Int], claiming claims: RowClaims, by compressor: Compressor,
        flags: UInt8 = 0
    ) -> [UInt8] {
        var end = ByteWriter()
        end.put(operation)
        let counts = counts.merging(claims.counts, uniquingKeysWith: +)
        end.put(counts.count)
        for (table, count) in counts {
            end.put(table)
            end.put(count)
        }
        claims.write(to: &end)
        return piece(.end, end.bytes, by: compressor, flags: flags)
    }

    /// - Parameter loss: what the file doesn't have, for a person; nil where nothing new is to be said of that.
    static func done(_ loss: String? = nil, by compressor: Compressor) -> [UInt8] {
        piece(.done, Array((loss ?? "").utf8), by: compressor)
    }

    /// How a file ends that leaves nothing in doubt.
    static var settledEnd: [UInt8] { piece(.settled, RowSettlement().bytes, by: Compressor()) }

    static func name(ofRun id: String) -> String { "\(id).rows" }

    /// Nil where the file isn't an archive's.
    static func runID(of name: String) -> String? {
        guard name.hasSuffix(".rows") else { return nil }
        let id = String(name.dropLast(".rows".count))
        return isRunID(id) ? id : nil
    }

    /// Whether the text can be a run's id, and so no way out of the folder.
    static func isRunID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
