/// The forms in which metrics go over the wire.
package enum ExpositionFormat: Hashable, Sendable, CaseIterable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The value of the `Content-Type` header.
    package var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a scraper likes best, by its `Accept` header (RFC 9110 section 12.5.1).
    ///
    /// OpenMetrics only where the header gives it more weight than the text format, or as much and names it first or alone by name.
    /// Everything else gets the text format, also what asks for neither: a body that it may not like helps more than a 406.
    /// - Parameter accept: the header's value, several joined by commas; nil where there is none.
    package static func negotiate(accept: String?) -> ExpositionFormat {
        guard let accept else { return .text }
        let ranges = MediaRange.list(accept)
        guard let open = Wish(for: .openMetrics, in: ranges), open.weight > 0 else { return .text }
        guard let text = Wish(for: .text, in: ranges) else { return .openMetrics }
        if open.weight != text.weight { return open.weight > text.weight ? .openMetrics : .text }
        if open.isByName != text.isByName { return open.isByName ? .openMetrics : .text }
        return open.position < text.position ? .openMetrics : .text
    }
}

/// What an `Accept` header says of one format.
private struct Wish {
    let weight: Int
    /// Whether it names the format, rather than have it under a wildcard.
    let isByName: Bool
    /// The range's place in the header.
    let position: Int

    /// By the range that is the most specific for the format; nil where none is about it.
    init?(for format: ExpositionFormat, in ranges: [MediaRange]) {
        let about = ranges.enumerated().compactMap { position, range in
            range.specificity(for: format).map { (specificity: $0, range: range, position: position) }
        }
        let best = about.max {
            ($0.specificity, $0.range.weight, -$0.position) < ($1.specificity, $1.range.weight, -$1.position)
        }
        guard let best else { return nil }
        weight = best.range.weight
        isByName = best.specificity >= .name
        position = best.position
    }
}
