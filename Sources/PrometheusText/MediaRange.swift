/// One entry of an `Accept` header (RFC 9110 section 12.5.1).
struct MediaRange: Hashable {
    /// In lower case, with its subtype: `text/plain`, `text/*`, `*/*`.
    let type: String
    /// The parameter of that name; nil where there is none.
    let version: String?
    /// In thousandths, 0 to 1000. 0 means: not that.
    let weight: Int

    /// How exactly a range names a format.
    enum Specificity: Comparable {
        case anything, anySubtype, name, nameAndVersion
    }

    /// The entries of the header that can be read, in its order.
    static func list(_ header: String) -> [MediaRange] {
        split(header[...], at: UInt8(ascii: ",")).compactMap(MediaRange.init)
    }

    /// Nil where it isn't about the format. Parameters other than the version don't matter: what Prometheus asks for with `escaping`
    /// and `charset` holds for every name and text here.
    func specificity(for format: ExpositionFormat) -> Specificity? {
        let (main, sub, version) =
            switch format {
            case .text: ("text", "plain", "0.0.4")
            case .openMetrics: ("application", "openmetrics-text", "1.0.0")
            }
        switch type {
        case "\(main)/\(sub)":
            // Without a version the format's oldest is meant, which is this one for both.
            return self.version.map { $0 == version ? .nameAndVersion : nil } ?? .name
        case "\(main)/*": return .anySubtype
        case "*/*": return .anything
        default: return nil
        }
    }

    private init?(_ text: Substring) {
        let parts = MediaRange.split(text, at: UInt8(ascii: ";")).map(MediaRange.trim)
        guard let type = parts.first?.lowercased(), !type.isEmpty else { return nil }
        var version: String?
        var weight = 1000
        for part in parts.dropFirst() {
            guard let equals = part.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = MediaRange.unquote(MediaRange.trim(part[part.utf8.index(after: equals)...]))
            switch MediaRange.trim(part[..<equals]).lowercased() {
            case "q":
                guard let thousandths = MediaRange.weight(value) else { return nil }
                weight = thousandths
            case "version" where !value.isEmpty: version = String(value)
            default: continue
            }
        }
        self.type = type
        self.version = version
        self.weight = weight
    }

    /// `0`, `0.5`, `1.000`: at most three decimals, at most 1 (RFC 9110 section 12.4.2).
    private static func weight(_ text: Substring) -> Int? {
        let digits = text.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
        guard (1...5).contains(digits.count), digits.count == 1 || text.dropFirst().first == "." else { return nil }
        let thousandths = digits.dropFirst(2) + Array(repeating: 0, count: 5 - max(2, digits.count))
        let all = [digits[0]] + thousandths
        guard all.allSatisfy((0...9).contains) else { return nil }
        let weight = all.reduce(0) { $0 * 10 + $1 }
        return weight <= 1000 ? weight : nil
    }

    /// Splits outside quoted strings.
    private static func split(_ text: Substring, at separator: UInt8) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == separator {
                parts.append(text[start..<index])
                start = text.utf8.index(after: index)
            }
        }
        return parts + [text[start...]]
    }

    private static func trim(_ text: Substring) -> Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var bytes = text.utf8.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return Substring(bytes)
    }

    private static func unquote(_ text: Substring) -> Substring {
        let quote = UInt8(ascii: "\"")
        let isQuoted = text.utf8.count >= 2 && text.utf8.first == quote && text.utf8.last == quote
        return isQuoted ? Substring(text.utf8.dropFirst().dropLast()) : text
    }
}
