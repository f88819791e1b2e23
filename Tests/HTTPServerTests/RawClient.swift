import Glibc

@testable import HTTPServer

/// A socket that sends exactly the bytes it is told to, so that malformed ones can be sent too.
final class RawClient {
    private var descriptor: Int32
    private var received: [UInt8] = []

    /// A socket that is not connected yet.
    init(family: SocketAddress.Family = .ipv4) throws {
        descriptor = socket(family == .ipv6 ? AF_INET6 : AF_INET, Int32(1 /* SOCK_STREAM */), 0)
        try Self.check(descriptor)
        // A limit on each wait for bytes, for what never comes: on a busy machine everything else may take long.
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Connects to a server on this machine.
    convenience init(_ address: SocketAddress, receiveBuffer: Int32? = nil) throws {
        try self.init(family: address.family)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        try connect(to: address)
    }

    func connect(to address: SocketAddress) throws {
        var storage = sockaddr_storage()
        let length = withUnsafeMutableBytes(of: &storage) { bytes in
            if address.family == .ipv6 {
                var target = sockaddr_in6()
                target.sin6_family = sa_family_t(AF_INET6)
                target.sin6_port = UInt16(address.port).bigEndian
                inet_pton(AF_INET6, address.host, &target.sin6_addr)
                bytes.storeBytes(of: target, as: sockaddr_in6.self)
                return MemoryLayout<sockaddr_in6>.size
            }
            var target = sockaddr_in()
            target.sin_family = sa_family_t(AF_INET)
            target.sin_port = UInt16(address.port).bigEndian
            inet_pton(AF_INET, address.host, &target.sin_addr)
            bytes.storeBytes(of: target, as: sockaddr_in.self)
            return MemoryLayout<sockaddr_in>.size
        }
        let result = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(length))
            }
        }
        try Self.check(result)
    }

    /// Connects to a Unix socket.
    init(unix path: String) throws {
        descriptor = socket(AF_UNIX, Int32(1 /* SOCK_STREAM */), 0)
        try Self.check(descriptor)
        try Self.check(UnixSocket.with(path) { Glibc.connect(descriptor, $0, $1) })
    }

    deinit {
        close()
    }

    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// Ends this side's sending; receiving goes on.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// False where the peer has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, 0x4000 /* MSG_NOSIGNAL */)
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// The next response: status line and headers, then as much body as they announce. Nil where the peer closes (or
    /// resets) before that, or nothing comes for long.
    func response(toHead: Bool = false) -> RawReply? {
        while true {
            if let reply = RawReply(parsing: &received, toHead: toHead, atEnd: false) { return reply }
            guard receive() else { return RawReply(parsing: &received, toHead: toHead, atEnd: true) }
        }
    }

    /// Everything until the peer closes.
    func everything() -> [UInt8] {
        while receive() {}
        defer { received = [] }
        return received
    }

    /// At least so many bytes, or what came until the peer closed; they stay there for later reads.
    func peek(atLeast count: Int) -> [UInt8] {
        while received.count < count, receive() {}
        return received
    }

    /// Everything up to and with the text; nil where the peer closes before it comes.
    func text(through end: String) -> String? {
        while true {
            let text = String(decoding: received, as: UTF8.self)
            if let range = text.range(of: end) {
                received.removeFirst(text[..<range.upperBound].utf8.count)
                return String(text[..<range.upperBound])
            }
            guard receive() else { return nil }
        }
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer.prefix(count)
        return true
    }

    private static func check(_ result: Int32) throws {
        guard result >= 0 else { throw RawClientError(code: errno) }
    }
}

enum UnixSocket {
    /// A listening socket at a path.
    static func listen(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(1 /* SOCK_STREAM */), 0)
        guard descriptor >= 0, with(path, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 10) == 0 else {
            throw RawClientError(code: errno)
        }
        return descriptor
    }

    static func with(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

struct RawClientError: Error {
    let code: Int32
}

extension String {
    /// Where a text stands, without Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text), let end = index(start, offsetBy: text.count, limitedBy: endIndex) {
                return start..<end
            }
            start = index(after: start)
        }
        return nil
    }
}

/// A response as it came over the wire.
struct RawReply: Equatable, CustomStringConvertible {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    var bodyText: String { String(decoding: body, as: UTF8.self) }

    /// Status, headers but `Date`, and body, one a line.
    var description: String {
        let lines = headers.fields.filter { $0.name != "Date" }.map { "\($0.name): \($0.value)" }
        return (["\(status)"] + lines + ["", bodyText]).joined(separator: "\n")
    }

    /// Takes one response off the front of what was received.
    init?(parsing bytes: inout [UInt8], toHead: Bool, atEnd: Bool) {
        guard let end = Self.headEnd(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
            return nil
        }
        self.status = status
        headers = HTTPHeaders(
            lines.dropFirst().map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return (String(line[..<colon]), String(line[colon...].dropFirst(2)))
            })
        let rest = bytes[end...]
        let hasNoBody = toHead || status < 200 || status == 204 || status == 304
        if hasNoBody {
            body = []
            bytes = Array(rest)
        } else if let length = headers["Content-Length"].flatMap(Int.init) {
            guard rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
            bytes = Array(rest.dropFirst(length))
        } else if headers["Transfer-Encoding"] == "chunked" {
            guard let (content, used) = Self.chunks(Array(rest)) else { return nil }
            body = content
            bytes = Array(rest.dropFirst(used))
        } else {
            guard atEnd else { return nil }
            body = Array(rest)
            bytes = []
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (4...bytes.count).first { Array(bytes[($0 - 4)..<$0]) == [13, 10, 13, 10] }
    }

    /// The content of whole chunks up to the last, and how many bytes they took.
    private static func chunks(_ bytes: [UInt8]) -> (content: [UInt8], used: Int)? {
        var content: [UInt8] = []
        var position = 0
        while true {
            guard let lineEnd = (position..<bytes.count).first(where: { bytes[$0] == 10 }) else { return nil }
            let digits = String(decoding: bytes[position..<(lineEnd - 1)], as: UTF8.self)
            guard let size = Int(digits, radix: 16), bytes.count >= lineEnd + 1 + size + 2 else { return nil }
            content += bytes[(lineEnd + 1)..<(lineEnd + 1 + size)]
            position = lineEnd + 1 + size + 2
            if size == 0 { return (content, position) }
        }
    }
}
