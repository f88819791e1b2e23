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
        // Bytes, not characters: every scrape has such a header, and a long one.
        items = Self.split(Array(header.utf8)[...], at: UInt8(ascii: ",")).compactMap(Self.item)
    }

    /// The weight of one value by its name alone, as for encodings; nil where the list does not name it.
    package func weight(of value: String) -> Int? {
        items.first { $0.value == value }?.weight
    }

    private static func item(_ part: ArraySlice<UInt8>) -> Item? {
        let pieces = split(part, at: UInt8(ascii: ";"))
        guard let value = pieces.first.map(trim), !value.isEmpty else { return nil }
        var item = Item(value: lowercased(value), parameters: [:], weight: 1000)
        for piece in pieces.dropFirst() {
            guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = lowercased(trim(piece[..<equals]))
            var text = trim(piece[(equals + 1)...])
            let quote = UInt8(ascii: "\"")
            if text.count >= 2, text.first == quote, text.last == quote { text = text.dropFirst().dropLast() }
            if name == "q" {
                guard let weight = weight(text) else { return nil }
                item.weight = weight
            } else {
                item.parameters[name] = String(decoding: text, as: UTF8.self)
            }
        }
        return item
    }

    /// `0`, `0.5`, `1.000`: at most three decimals, at most 1.
    private static func weight(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"), text.count <= 5 else {
            return nil
        }
        var thousandths = first == UInt8(ascii: "1") ? 1000 : 0
        let rest = text.dropFirst()
        guard !rest.isEmpty else { return thousandths }
        guard rest.first == UInt8(ascii: ".") else { return nil }
        var unit = 100
        for digit in rest.dropFirst() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            thousandths += Int(digit - UInt8(ascii: "0")) * unit
            unit /= 10
        }
        return thousandths <= 1000 ? thousandths : nil
    }

    /// Splits outside quoted strings.
    private static func split(_ text: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var isQuoted = false
        var isEscaped = false
        var start = text.startIndex
        for index in text.indices {
            let byte = text[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == separator {
                parts.append(text[start..<index])
                start = index + 1
            }
        }
        parts.append(text[start...])
        return parts
    }

    private static func trim(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, isSpace(first) { text.removeFirst() }
        while let last = text.last, isSpace(last) { text.removeLast() }
        return text
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func lowercased(_ text: ArraySlice<UInt8>) -> String {
        let upper = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return String(decoding: text.map { upper.contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
