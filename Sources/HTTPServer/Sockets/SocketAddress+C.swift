import Glibc

extension SocketAddress {
    /// The address in the C form that the system gives; nil for a family other than IPv4, IPv6 and Unix.
    init?(_ storage: sockaddr_storage, length: socklen_t) {
        var storage = storage
        switch Int32(storage.ss_family) {
        case AF_INET:
            self = withUnsafeBytes(of: &storage) { raw in
                var address = raw.loadUnaligned(as: sockaddr_in.self)
                return SocketAddress(
                    family: .ipv4, host: Self.text(AF_INET, &address.sin_addr),
                    port: Int(UInt16(bigEndian: address.sin_port)))
            }
        case AF_INET6:
            self = withUnsafeBytes(of: &storage) { raw in
                var address = raw.loadUnaligned(as: sockaddr_in6.self)
                return SocketAddress(
                    family: .ipv6, host: Self.text(AF_INET6, &address.sin6_addr),
                    port: Int(UInt16(bigEndian: address.sin6_port)))
            }
        case AF_UNIX:
            let path = withUnsafeBytes(of: &storage) { raw in
                // A client's end of a Unix socket has no name.
                raw.dropFirst(MemoryLayout<sa_family_t>.size).prefix(
                    max(0, Int(length) - MemoryLayout<sa_family_t>.size)
                )
                .prefix { $0 != 0 }
            }
            self.init(family: .unix, host: String(decoding: path, as: UTF8.self), port: 0)
        default:
            return nil
        }
    }

    /// The address that a socket is bound to.
    init?(boundTo descriptor: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard result == 0 else { return nil }
        self.init(storage, length: length)
    }

    private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What errno means, in the words of the C library, beginning in lower case so that it can end a sentence.
func systemMessage(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
}
