import Glibc

/// The `Host` of a request, and the authority of a URL: a name or an address, and perhaps a port.
enum HostField {
    /// Host and port, the host in lower case and an IPv6 address in its brackets; nil when it isn't of that form.
    static func parts(_ field: [UInt8]) -> (host: [UInt8], port: UInt16?)? {
        let host: ArraySlice<UInt8>
        if field.first == UInt8(ascii: "[") {
            guard let end = field.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = field[...end]
        } else {
            host = field.prefix { $0 != UInt8(ascii: ":") }
        }
        guard !host.isEmpty else { return nil }
        let lower = ByteText(host).lowercasedASCII.bytes
        let rest = field[host.endIndex...]
        guard let colon = rest.first else { return (lower, nil) }
        guard colon == UInt8(ascii: ":"), rest.dropFirst().allSatisfy(isDigit),
            let port = UInt16(String(decoding: rest.dropFirst(), as: UTF8.self))
        else { return nil }
        return (lower, port)
    }

    /// Whether it is made as a name is, or is an address.
    static func isHost(_ host: [UInt8]) -> Bool {
        if isAddress(host) { return true }
        return host.allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_")].contains($0)
        }
    }

    /// Whether it is an IPv4 address or, in brackets, an IPv6 address.
    static func isAddress(_ host: [UInt8]) -> Bool {
        if host.first == UInt8(ascii: "[") {
            var address = in6_addr()
            return inet_pton(AF_INET6, String(decoding: host.dropFirst().dropLast(), as: UTF8.self), &address) == 1
        }
        var address = in_addr()
        return inet_pton(AF_INET, String(decoding: host, as: UTF8.self), &address) == 1
    }

    /// Whether it is an address of the loopback interface.
    static func isLoopbackAddress(_ host: [UInt8]) -> Bool {
        host.elementsEqual("[::1]".utf8) || (host.starts(with: "127.".utf8) && isAddress(host))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
