/// Whether a response is to be sent compressed (RFC 9110 sections 8.4 and 12.5.3).
enum ContentCoding {
    /// Below this many bytes compression saves no packet and costs time.
    static let smallestWorthwhile = 1024

    /// Whether bytes of that media type get smaller: text in any form. An event stream is not compressed, since each
    /// event must arrive by itself.
    static func isCompressible(_ type: String?) -> Bool {
        guard let type else { return false }
        let name = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        if name == "text/event-stream" { return false }
        return name.hasPrefix("text/") || name.hasSuffix("+json") || name.hasSuffix("+xml") || others.contains(name)
    }

    /// Whether the client takes gzip, and likes it no less than plain bytes.
    static func prefersGzip(acceptEncoding header: String?) -> Bool {
        guard let header else { return false }
        // What nearly every client sends, told apart without taking the list to pieces.
        if header == "gzip" || header == "gzip, deflate" || header == "gzip, deflate, br" { return true }
        let list = WeightedList(header)
        let any = list.weight(of: "*")
        let gzip = list.weight(of: "gzip") ?? list.weight(of: "x-gzip") ?? any ?? 0
        // Plain bytes need not be named to be acceptable; then they are the last resort.
        let identity = list.weight(of: "identity") ?? 0
        return gzip > 0 && gzip >= identity
    }

    private static let others: Set<String> = [
        "application/json", "application/openmetrics-text", "application/javascript", "application/xml",
        "application/yaml", "image/svg+xml",
    ]
}
