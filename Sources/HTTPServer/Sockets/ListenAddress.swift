/// Where to listen, as users write it: `127.0.0.1:9745`, `[::1]:0`, `localhost:9745`, `:9745` for every address, or
/// `unix:/run/jobsweep.sock`.
package enum ListenAddress: Sendable, Hashable {
    /// - Parameters:
    ///   - host: an IP address or a name; empty for every address of the machine.
    ///   - port: 0 lets the system choose.
    case network(host: String, port: Int)
    /// A Unix socket, a file that this program makes.
    case unix(path: String)

    package init(host: String, port: Int) {
        self = .network(host: host, port: port)
    }

    /// What the network calls it; nil for a Unix socket, which has no name there.
    package var host: String? {
        if case .network(let host, _) = self { host } else { nil }
    }

    /// 0 lets the system choose; nil for a Unix socket.
    package var port: Int? {
        if case .network(_, let port) = self { port } else { nil }
    }

    /// Throws a `ListenAddressError` whose text says what is wrong.
    package init(parsing text: String) throws(ListenAddressError) {
        guard !text.contains(",") else {
            throw ListenAddressError(text: text, problem: "it is a list; give each address by itself")
        }
        if text.hasPrefix(ListenAddress.unixScheme) {
            self = .unix(path: try ListenAddress.path(text))
            return
        }
        guard !text.contains("://") else {
            throw ListenAddressError(text: text, problem: "it is a URL; write host and port, such as localhost:9745")
        }
        guard let colon = text.lastIndex(of: ":") else {
            if !text.isEmpty, text.utf8.allSatisfy(ListenAddress.isDigit) {
                throw ListenAddressError(
                    text: text, problem: "it is a port alone; write 127.0.0.1:\(text), or :\(text) for every address")
            }
            throw ListenAddressError(
                text: text, problem: "it has no port, such as \(text.isEmpty ? ":9745" : text + ":9745")")
        }
        var host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(ListenAddress.isDigit),
            let port = UInt16(digits)
        else {
            throw ListenAddressError(text: text, problem: "the port is not a number from 0 to 65535")
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else {
                throw ListenAddressError(text: text, problem: "only an IPv6 address stands in brackets")
            }
        } else if host.contains(":") {
            throw ListenAddressError(text: text, problem: "an IPv6 address stands in brackets, such as [::1]:9745")
        } else if host.contains(where: { $0 == "[" || $0 == "]" || $0 == "/" || $0.isWhitespace }) {
            throw ListenAddressError(text: text, problem: "the host is neither a name nor an IP address")
        }
        self.init(host: String(host), port: Int(port))
    }

    private static let unixScheme = "unix:"
    /// What a `sockaddr_un` has room for, with the NUL at its end.
    private static let longestPath = 107

    private static func path(_ text: String) throws(ListenAddressError) -> String {
        // `unix:///run/x` is the same as `unix:/run/x`.
        let path = String(text.dropFirst(unixScheme.count))
        guard path.hasPrefix("/") else {
            throw ListenAddressError(
                text: text, problem: "the path of a socket begins with /, as in unix:/run/jobsweep.sock")
        }
        guard !path.hasSuffix("/"), !path.utf8.contains(0) else {
            throw ListenAddressError(
                text: text, problem: "the path of a socket names a file, as in unix:/run/jobsweep.sock")
        }
        guard path.utf8.count <= longestPath else {
            throw ListenAddressError(text: text, problem: "the path of a socket has at most \(longestPath) bytes")
        }
        return path
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}

/// A listen address that cannot be read.
package struct ListenAddressError: Error, Equatable, CustomStringConvertible {
    package let text: String
    package let problem: String

    package var description: String { "\"\(text)\" is not an address to listen on: \(problem)" }
}
