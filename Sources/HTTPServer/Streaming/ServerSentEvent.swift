/// One event of a server-sent event stream (WHATWG HTML section 9.2.6).
package struct ServerSentEvent: Sendable, Equatable {
    package var event: String?
    package var data: String
    package var id: String?

    package init(event: String? = nil, data: String, id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }

    /// The event as it goes over the wire. Line breaks in the data become lines of their own, which the reader joins
    /// again; in the name and the id they end it.
    package var bytes: [UInt8] {
        var text = ""
        if let event { text += "event: \(Self.firstLine(event))\n" }
        if let id { text += "id: \(Self.firstLine(id))\n" }
        for line in data.replacingLineBreaks().split(separator: "\n", omittingEmptySubsequences: false) {
            text += "data: \(line)\n"
        }
        return Array((text + "\n").utf8)
    }

    /// A line that readers skip, to keep proxies from closing a quiet connection.
    package static let keepAlive: [UInt8] = Array(": keep-alive\n\n".utf8)

    private static func firstLine(_ text: String) -> String {
        String(text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" && $0 != "\0" })
    }
}

extension String {
    /// With `\r\n` and `\r` turned into `\n`.
    fileprivate func replacingLineBreaks() -> String {
        var result = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in unicodeScalars {
            if scalar == "\r" || (scalar == "\n" && previous != "\r") {
                result.append("\n")
            } else if scalar != "\n" {
                result.append(scalar)
            }
            previous = scalar
        }
        return String(result)
    }
}
