/// Arrays as PostgreSQL writes them.
enum ArrayText {
    /// An array of one dimension: `{"a","b\"c",NULL}`. Every element stands in quotes, so that none is taken for anything else.
    static func array(_ elements: some Sequence<[UInt8]?>) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "{")]
        var isFirst = true
        for element in elements {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            guard let element else {
                text += "NULL".utf8
                continue
            }
            text.append(UInt8(ascii: "\""))
            for byte in element {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// The elements of an array of one dimension without NULL.
    static func elements(_ text: String) -> [String] {
        var elements: [String] = []
        var element = ""
        var (isQuoted, isEscaped, hasElement) = (false, false, false)
        for scalar in text.unicodeScalars.dropFirst().dropLast() {
            switch scalar {
            case _ where isEscaped:
                element.unicodeScalars.append(scalar)
                isEscaped = false
            case "\\": isEscaped = true
            case "\"":
                isQuoted.toggle()
                hasElement = true
            case "," where !isQuoted:
                elements.append(element)
                element = ""
            default:
                element.unicodeScalars.append(scalar)
                hasElement = true
            }
        }
        if hasElement || !elements.isEmpty { elements.append(element) }
        return elements
    }
}
