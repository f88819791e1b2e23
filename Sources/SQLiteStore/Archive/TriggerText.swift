import GRDB

/// A trigger's definition, taken apart.
struct TriggerText {
    /// All from the trigger's name up to what it does.
    let head: String
    /// What it does, one after the other.
    let statements: [String]

    /// - Parameter definition: as SQLite keeps it.
    /// - Returns: nil where it can't be taken apart.
    init?(_ definition: String, in database: Database) {
        let start = "CREATE TRIGGER "
        guard definition.utf8.starts(with: start.utf8) else { return nil }
        let text = Array(definition.utf8.dropFirst(start.utf8.count))
        let marks = TriggerText.marks(in: text)
        func part(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        // A column may have the name that stands before the statements: then what is before it is no whole head.
        for case .begin(let range) in marks {
            let head = part(0..<range.lowerBound)
            let trial = TriggerText(head: head, statements: ["SELECT 1"])
            guard (try? database.makeStatement(sql: trial.temporary)) != nil else { continue }
            self.head = head
            var from = range.upperBound
            var statements: [String] = []
            for case .end(let place) in marks where place >= from {
                statements.append(part(from..<place))
                from = place + 1
            }
            self.statements = statements
            return
        }
        return nil
    }

    private init(head: String, statements: [String]) {
        self.head = head
        self.statements = statements
    }

    func doing(_ statements: [String]) -> TriggerText { TriggerText(head: head, statements: statements) }

    /// Makes such a trigger that only this connection has.
    var temporary: String {
        // A comment may end a part.
        "CREATE TEMP TRIGGER \(head)\nBEGIN \(statements.map { $0 + "\n;" }.joined()) END"
    }

    private enum Mark {
        case begin(Range<Int>)
        /// Of a statement.
        case end(Int)
    }

    /// What stands in no name, text or comment.
    private static func marks(in text: [UInt8]) -> [Mark] {
        var marks: [Mark] = []
        var place = 0
        func byte(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }
        func skip(to end: String) {
            let end = Array(end.utf8)
            while place < text.count, !text[place...].starts(with: end) { place += 1 }
            place += end.count
        }
        while let next = byte(place) {
            let begun = place
            place += 1
            switch next {
            case UInt8(ascii: "'"): skip(to: "'")
            case UInt8(ascii: "\""): skip(to: "\"")
            case UInt8(ascii: "`"): skip(to: "`")
            case UInt8(ascii: "["): skip(to: "]")
            case UInt8(ascii: "-") where byte(place) == UInt8(ascii: "-"): skip(to: "\n")
            case UInt8(ascii: "/") where byte(place) == UInt8(ascii: "*"):
                place += 1
                skip(to: "*/")
            case UInt8(ascii: ";"): marks.append(.end(begun))
            case let letter where isOfWord(letter):
                while let more = byte(place), isOfWord(more) { place += 1 }
                let word = String(decoding: text[begun..<place], as: UTF8.self)
                if word.uppercased() == "BEGIN" { marks.append(.begin(begun..<place)) }
            default: break
            }
        }
        return marks
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...:
            true
        default: false
        }
    }
}
