/// What counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which is what one user has.
package struct ClientKey: Hashable, Sendable {
    private let key: String

    /// The key itself.
    package var text: String { key }

    package init(_ peer: SocketAddress) {
        guard peer.family == .ipv6 else {
            key = peer.host
            return
        }
        if peer.host.hasPrefix("::ffff:"), peer.host.contains(".") {
            key = String(peer.host.dropFirst(7))
            return
        }
        // The text form leaves one run of zero groups out; the first four groups are the network.
        let halves = peer.host.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        var groups = halves[0].split(separator: ":")
        if halves.count == 2 {
            let tail = halves[1].split(separator: ":")
            groups += Array(repeating: "0", count: max(0, 8 - groups.count - tail.count)) + tail
        }
        key = groups.prefix(4).joined(separator: ":")
    }
}
