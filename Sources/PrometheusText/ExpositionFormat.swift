/// The forms in which metrics go over the wire.
package enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a scraper likes best, by its `Accept` header (RFC 9110 section 12.5.1). The text format, unless OpenMetrics
    /// is named in a version that this library writes and preferred, or liked as much and named first.
    package static func negotiate(accept: String?) -> ExpositionFormat {
        guard let accept else { return .text }
        let ranges = MediaRange.list(accept)
        let text = ranges.compactMap { range in range.weight(forText: true).map { (range, $0) } }
            .max { $0.0.specificity < $1.0.specificity }
        let open = ranges.filter { $0.weight(forText: false) != nil }.max {
            ($0.weight, -$0.position) < ($1.weight, -$1.position)
        }
        guard let open, open.weight > 0 else { return .text }
        guard let text else { return .openMetrics }
        if open.weight != text.1 { return open.weight > text.1 ? .openMetrics : .text }
        return open.position < text.0.position ? .openMetrics : .text
    }
}

/// One entry of an `Accept` header.
private struct MediaRange {
    let type: String
    let parameters: [String: String]
    /// In thousandths.
    let weight: Int
    /// Its place in the header.
    let position: Int

    static func list(_ header: String) -> [MediaRange] {
        header.split(separator: ",").enumerated().compactMap { MediaRange(String($1), position: $0) }
    }

    init?(_ text: String, position: Int) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { $0.trimmed.lowercased() }
        guard let type = parts.first, type.split(separator: "/", omittingEmptySubsequences: false).count == 2 else {
            return nil
        }
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() where !part.isEmpty {
            guard let equals = part.firstIndex(of: "=") else { return nil }
            let value = part[part.index(after: equals)...].trimmed
            parameters[part[..<equals].trimmed] = String(value).unquoted
        }
        var weight = 1000
        if let quality = parameters.removeValue(forKey: "q") {
            guard let number = Double(quality), (0...1).contains(number) else { return nil }
            weight = Int((number * 1000).rounded())
        }
        self.type = type
        self.parameters = parameters
        self.weight = weight
        self.position = position
    }

    /// How exactly it names the text format: its own words beat `text/*`, which beats `*/*`.
    var specificity: Int {
        switch type {
        case "text/plain": 2 + parameters.count
        case "text/*": 1
        default: 0
        }
    }

    /// Its weight for the text format, or for OpenMetrics; nil when it isn't about it. A wildcard is no wish for OpenMetrics: whoever
    /// knows that format names it.
    func weight(forText: Bool) -> Int? {
        if forText {
            switch type {
            case "text/plain": return parameters["version"] ?? "0.0.4" == "0.0.4" ? weight : nil
            case "text/*", "*/*": return weight
            default: return nil
            }
        }
        guard type == "application/openmetrics-text", parameters["version"] == "1.0.0" else { return nil }
        return weight
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        let start = firstIndex { $0 != " " && $0 != "\t" } ?? endIndex
        let end = lastIndex { $0 != " " && $0 != "\t" }.map(index(after:)) ?? start
        return String(self[start..<end])
    }
}

extension String {
    fileprivate var unquoted: String {
        count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self
    }
}
