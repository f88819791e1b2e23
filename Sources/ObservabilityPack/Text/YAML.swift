/// A YAML document as this pack needs it: mappings keep their order, texts of several lines become literal blocks.
indirect enum YAML: Sendable {
    case text(String)
    case mapping([(key: String, value: YAML)])
    case sequence([YAML])

    /// The document with a line end after its last line.
    func document(comment: String) -> String {
        var out = ""
        for line in comment.split(separator: "\n", omittingEmptySubsequences: false) {
            out += line.isEmpty ? "#\n" : "# \(line)\n"
        }
        write(to: &out, indent: 0)
        return out
    }

    /// A text as a YAML scalar on one line: plain where that can't be mistaken for anything else, else in double quotes.
    static func scalar(_ value: String) -> String {
        isPlain(value) ? value : quoted(value)
    }

    private func write(to out: inout String, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        switch self {
        case .text(let value):
            out += margin + YAML.scalar(value) + "\n"
        case .mapping(let entries):
            for (key, value) in entries {
                out += margin + YAML.scalar(key) + ":"
                value.writeValue(to: &out, indent: indent)
            }
        case .sequence(let items):
            for item in items {
                // An item is written at the depth of its content, then its first margin gives way to the dash.
                var body = ""
                item.write(to: &body, indent: indent + 2)
                out += margin + "- " + body.dropFirst(indent + 2)
            }
        }
    }

    /// What follows the colon of a key that stands at `indent`.
    private func writeValue(to out: inout String, indent: Int) {
        switch self {
        case .text(let value) where value.contains("\n"):
            out += " |-\n"
            for line in value.split(separator: "\n", omittingEmptySubsequences: false) {
                out += line.isEmpty ? "\n" : String(repeating: " ", count: indent + 2) + line + "\n"
            }
        case .text(let value):
            out += " " + YAML.scalar(value) + "\n"
        case .mapping, .sequence:
            out += "\n"
            write(to: &out, indent: indent + 2)
        }
    }

    private static func isPlain(_ value: String) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last else { return false }
        let letter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
        let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(value.lowercased())
        let safeBytes = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
        return letter && !reserved && safeBytes && last != 0x20 && last != UInt8(ascii: ":")
            && !contains(value, ": ") && !contains(value, " #")
    }

    private static func contains(_ value: String, _ part: String) -> Bool {
        let bytes = Array(value.utf8)
        let wanted = Array(part.utf8)
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }

    private static func quoted(_ value: String) -> String {
        var out = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F {
                    out += "\\x" + String(scalar.value + 0x100, radix: 16).dropFirst()
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}
