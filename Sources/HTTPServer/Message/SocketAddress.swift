/// One end of a connection: an IP address and a port, or a path for a Unix socket.
package struct SocketAddress: Hashable, Sendable {
    package enum Family: Sendable, Hashable {
        case ipv4
        case ipv6
        case unix
    }

    package let family: Family
    /// The address in its usual text (`127.0.0.1`, `::1`), or the path of a Unix socket.
    package let host: String
    /// 0 for a Unix socket.
    package let port: Int

    package init(family: Family, host: String, port: Int) {
        self.family = family
        self.host = host
        self.port = port
    }

    /// Whether only this machine can be at that address.
    ///
    /// A Unix socket counts: who may open it is the file system's business. It proves no more than a loopback address does.
    package var isLoopback: Bool {
        switch family {
        case .ipv4: host.hasPrefix("127.")
        case .ipv6: host == "::1" || host.hasPrefix("::ffff:127.")
        case .unix: true
        }
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `127.0.0.1:9745`, `[::1]:9745`, or `unix:` and the path, which a client's end hasn't.
    package var description: String {
        switch family {
        case .ipv4: "\(host):\(port)"
        case .ipv6: "[\(host)]:\(port)"
        case .unix: "unix:\(host)"
        }
    }

    /// The same without a port, for a record of who asked.
    package var place: String { family == .unix ? "unix" : host }
}
