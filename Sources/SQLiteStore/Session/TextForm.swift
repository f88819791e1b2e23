import GRDB
import Sweeping

/// How values are read from a database and handed back to it as exactly what they are, whichever encoding it keeps text in.
///
/// In a database of UTF-8 a text's bytes come and go as they are, valid or not. SQLite would translate those of UTF-16 on their way, and
/// what is no valid text wouldn't come back: there, text travels as the bytes of a blob. A *kept* value is one whose text has the
/// database's own bytes.
struct TextForm: Sendable, Equatable {
    enum Encoding: String, Sendable {
        case utf8 = "UTF-8"
        case utf16LittleEndian = "UTF-16le"
        case utf16BigEndian = "UTF-16be"
    }

    let encoding: Encoding

    init(_ encoding: Encoding) {
        self.encoding = encoding
    }

    init(_ database: Database) throws {
        let name = try String.fetchOne(database, sql: "PRAGMA encoding")
        encoding = name.flatMap(Encoding.init(rawValue:)) ?? .utf8
    }

    /// How many columns of a result give one value.
    var width: Int { encoding == .utf8 ? 1 : 2 }

    /// The columns of a result that give the value of an expression.
    func reading(_ expression: String) -> String {
        guard encoding != .utf8 else { return expression }
        return "CASE typeof(\(expression)) WHEN 'text' THEN CAST(\(expression) AS BLOB) ELSE \(expression) END,"
            + " typeof(\(expression)) = 'text'"
    }

    /// An expression that stands for a kept value in a statement; `arguments` are bound to it.
    ///
    /// SQLite takes the bytes of a bound blob for UTF-8 when it makes text of them, but those of a function's result, which `substr`
    /// makes of it, for what the database has. Binding them as UTF-16 would lose a byte order mark.
    var operand: String { encoding == .utf8 ? "?" : "(CASE ? WHEN 1 THEN CAST(substr(?, 1) AS TEXT) ELSE ? END)" }

    /// What is bound to an operand.
    func arguments(_ kept: Value) -> [Value] {
        switch (encoding, kept) {
        case (.utf8, _): [kept]
        // `substr` makes NULL of an empty one.
        case (_, .text(let bytes)) where !bytes.isEmpty: [.integer(1), .blob(bytes), .null]
        default: [.integer(0), .null, kept]
        }
    }

    /// A kept value as the domain has it: text in UTF-8.
    func plain(_ kept: Value) -> Value {
        guard encoding != .utf8, case .text(let bytes) = kept else { return kept }
        let isBig = encoding == .utf16BigEndian
        let units = stride(from: 0, to: bytes.count - 1, by: 2).map { place -> UInt16 in
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            return isBig ? first << 8 | second : second << 8 | first
        }
        var text = Array(String(decoding: units, as: UTF16.self).utf8)
        // What was cut may be shorter in UTF-8, and is cut all the same.
        if kept.isCut { text += Array(repeating: UInt8(ascii: " "), count: max(0, Value.longest + 1 - text.count)) }
        return .text(text)
    }
}
