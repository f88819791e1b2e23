/// Values of rows as the wire had them, all in one piece.
struct WirePlaces: Sendable {
    private struct Span {
        let begin: Int
        /// Nil for NULL.
        let count: Int?
    }

    /// The kinds of a row's values.
    let kinds: [ColumnKind]
    private var bytes: [UInt8] = []
    private var spans: [Span] = []

    init(_ kinds: [ColumnKind], rows: Int) {
        self.kinds = kinds
        spans.reserveCapacity(rows * kinds.count)
    }

    /// Puts the next value behind those before it.
    mutating func append(_ value: UnsafeRawBufferPointer?) {
        spans.append(Span(begin: bytes.count, count: value?.count))
        if let value { bytes.append(contentsOf: value) }
    }

    /// - Parameter body: gets nil for NULL.
    func withBytes<Result>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        let span = spans[row * kinds.count + column]
        guard let count = span.count else { return body(nil) }
        return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[span.begin..<span.begin + count])) }
    }

    /// A row's values as a statement takes them back.
    func arguments(_ row: Int) -> [[UInt8]?] {
        kinds.indices.map { column in withBytes(row, column) { kinds[column].argument($0) } }
    }
}
