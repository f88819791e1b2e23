/// A header such as `Accept` or `Accept-Encoding`: values with weights (RFC 9110 section 12.4.2).
package struct WeightedList: Sendable, Equatable {
    package struct Item: Sendable, Equatable {
        /// The value in lower case, without its parameters: `text/plain`, `gzip`, `*`.
        package var value: String
        /// The parameters other than `q`, names in lower case.
        package var parameters: [String: String]
        /// The weight in thousandths, 0 to 1000. 0 means: not that.
        package var weight: Int
    }

    /// In the order sent. Parts that cannot be read are left out.
    package let items: [Item]

    package init(_ header: String) {
        items = Self.split(header, at: ",").compactMap { part in
            let pieces = Self.split(part, at: ";").map(Self.trim)
            guard let value = pieces.first, !value.isEmpty else { return nil }
            var item = Item(value: value.lowercased(), parameters: [:], weight: 1000)
            for piece in pieces.dropFirst() {
                guard let equals = piece.firstIndex(of: "=") else { continue }
                let name = Self.trim(piece[..<equals]).lowercased()
                var text = Self.trim(piece[piece.index(after: equals)...])
                if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
                if name == "q" {
                    guard let weight = Self.weight(text) else { return nil }
                    item.weight = weight
                } else {
                    item.parameters[name] = String(text)
                }
            }
            return item
        }
    }

    /// The weight of one value by its name alone, as for encodings; nil where the list does not name it.
    package func weight(of value: String) -> Int? {
        items.first { $0.value == value }?.weight
    }

    /// `0`, `0.5`, `1.000`: at most three decimals, at most 1.
    private static func weight(_ text: Substring) -> Int? {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), bytes.count <= 5
        else { return nil }
        var thousandths = first == UInt8(ascii: "1") ? 1000 : 0
        guard bytes.count > 1 else { return thousandths }
        guard bytes[1] == UInt8(ascii: ".") else { return nil }
        var unit = 100
        for digit in bytes.dropFirst(2) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            thousandths += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }

    /// Splits outside quoted strings.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var quoted = false
        var escaped = false
        var start = text.startIndex
        for index in text.indices {
            let character = text[index]
            if escaped {
                escaped = false
            } else if quoted, character == "\\" {
                escaped = true
            } else if character == "\"" {
                quoted.toggle()
            } else if !quoted, character == separator {
                parts.append(Substring(text[start..<index]))
                start = text.index(after: index)
            }
        }
        parts.append(Substring(text[start...]))
        return parts
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
