/// A path with places for values: `/api/jobs/{id}`. A place takes one whole segment, never an empty one.
struct PathTemplate: Sendable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    let segments: [Segment]

    /// - Precondition: the text begins with a slash.
    init(_ text: String) {
        precondition(text.hasPrefix("/"), "a path template begins with a slash: \(text)")
        self.text = text
        segments = text.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map {
            let segment = String(Substring($0))
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return .literal(segment) }
            return .parameter(String(segment.dropFirst().dropLast()))
        }
    }

    var isLiteral: Bool {
        segments.allSatisfy { if case .literal = $0 { true } else { false } }
    }

    /// The values in the template's places, or nil where the path is another.
    ///
    /// - Parameter path: the path's segments, each decoded on its own, so that an escaped slash splits nothing.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, value) in zip(segments, path) {
            switch segment {
            case .literal(let text):
                guard text == value else { return nil }
            case .parameter(let name):
                guard !value.isEmpty else { return nil }
                parameters[name] = value
            }
        }
        return parameters
    }

    /// The segments of a path as it was sent, decoded; nil where it does not begin with a slash or is not UTF-8.
    static func segments(ofRawPath path: String) -> [String]? {
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments: [String] = []
        for part in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let decoded = PercentDecoding.path(Substring(part)) else { return nil }
            segments.append(decoded)
        }
        return segments
    }
}
