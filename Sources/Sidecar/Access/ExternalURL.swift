/// Where browsers reach this server, when that isn't where it listens: `https://jobs.example.com/sweep`, as Prometheus'
/// `--web.external-url` has it.
package struct ExternalURL: Sendable, Hashable {
    /// As it was written.
    package let text: String
    /// The host in lower case; an IPv6 address in its brackets.
    let host: ByteText
    /// What a browser sends as `Origin` from its pages, without the scheme's own port.
    let origin: ByteText
    /// Its path.
    package let prefix: RoutePrefix

    /// Throws an `ExternalURLProblem` whose text says what is wrong.
    package init(parsing text: String) throws(ExternalURLProblem) {
        let bytes = Array(text.utf8)
        let lower = ByteText(bytes).lowercasedASCII.bytes
        guard let scheme = ["http", "https"].first(where: { lower.starts(with: "\($0)://".utf8) }) else {
            throw ExternalURLProblem("it begins with neither http:// nor https://")
        }
        let rest = lower.dropFirst(scheme.utf8.count + 3)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let tail = bytes[(bytes.startIndex + scheme.utf8.count + 3 + authority.count)...]
        guard !tail.contains(UInt8(ascii: "?")), !tail.contains(UInt8(ascii: "#")) else {
            throw ExternalURLProblem("it has a query or a fragment")
        }
        guard !authority.contains(UInt8(ascii: "@")) else { throw ExternalURLProblem("it has a user in it") }
        guard let (host, port) = HostField.parts(Array(authority)), HostField.isHost(host) else {
            throw ExternalURLProblem("its host is neither a name nor an address, or its port is no number")
        }
        let standard: UInt16 = scheme == "http" ? 80 : 443
        let suffix = port.flatMap { $0 == standard ? nil : ":\($0)" } ?? ""
        self.text = text
        self.host = ByteText(host)
        prefix = try RoutePrefix(parsing: String(decoding: tail, as: UTF8.self))
        origin = ByteText(Array("\(scheme)://".utf8) + host + Array(suffix.utf8))
    }
}

/// The path that every route is served under: empty, or `/sweep`.
package struct RoutePrefix: Sendable, Hashable {
    package static let none = RoutePrefix(path: "")

    /// From its slash on and without one at its end; empty for the root.
    package let path: String

    private init(path: String) {
        self.path = path
    }

    /// What stands behind the last slash.
    var lastSegment: String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// Throws an `ExternalURLProblem` whose text says what is wrong.
    package init(parsing text: String) throws(ExternalURLProblem) {
        let segments = text.utf8.split(separator: UInt8(ascii: "/"))
        for segment in segments {
            guard segment.allSatisfy(RoutePrefix.isPlain), !segment.elementsEqual(".".utf8),
                !segment.elementsEqual("..".utf8)
            else {
                throw ExternalURLProblem("its path may have letters, digits, and -._~ between its slashes")
            }
        }
        self.init(path: segments.map { "/" + String(decoding: $0, as: UTF8.self) }.joined())
    }

    /// What needs no escape in a path and means nothing else (RFC 3986, unreserved).
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

/// What is wrong with an external URL or a prefix: a part of a sentence.
package struct ExternalURLProblem: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
