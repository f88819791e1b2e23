/// A JSON document whose objects keep their order, so that a generated file is the same every time.
indirect enum JSON: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByNilLiteral, ExpressibleByStringInterpolation
{
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])

    struct Member: Sendable, Equatable {
        let key: String
        let value: JSON
    }

    init(nilLiteral: ()) { self = .null }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(integerLiteral value: Int) { self = .int(value) }
    init(floatLiteral value: Double) { self = .number(value) }
    init(stringLiteral value: String) { self = .string(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member(key: $0.0, value: $0.1) })
    }

    /// The object with further members at its end. Anything but an object is returned as it is.
    func adding(_ more: KeyValuePairs<String, JSON>) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members + more.map { Member(key: $0.key, value: $0.value) })
    }

    /// The document, indented by two blanks, with a line end after its last line.
    var document: String {
        var out = ""
        write(to: &out, indent: 0)
        return out + "\n"
    }

    private func write(to out: inout String, indent: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .int(let value): out += String(value)
        case .number(let value): out += String(value)
        case .string(let value): JSON.writeString(value, to: &out)
        case .array(let items) where items.isEmpty: out += "[]"
        case .object(let members) where members.isEmpty: out += "{}"
        case .array(let items):
            JSON.writeList(items, brackets: ("[", "]"), to: &out, indent: indent) { item, out in
                item.write(to: &out, indent: indent + 2)
            }
        case .object(let members):
            JSON.writeList(members, brackets: ("{", "}"), to: &out, indent: indent) { member, out in
                JSON.writeString(member.key, to: &out)
                out += ": "
                member.value.write(to: &out, indent: indent + 2)
            }
        }
    }

    private static func writeList<Item>(
        _ items: [Item], brackets: (String, String), to out: inout String, indent: Int,
        item write: (Item, inout String) -> Void
    ) {
        out += brackets.0 + "\n"
        for (index, item) in items.enumerated() {
            out += String(repeating: " ", count: indent + 2)
            write(item, &out)
            out += index == items.count - 1 ? "\n" : ",\n"
        }
        out += String(repeating: " ", count: indent) + brackets.1
    }

    private static func writeString(_ value: String, to out: inout String) {
        out += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case _ where scalar.value < 0x20: out += "\\u00" + String(scalar.value + 0x100, radix: 16).dropFirst()
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
