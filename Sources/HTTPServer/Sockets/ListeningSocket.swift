import CMicrohttpd
import Glibc

/// A socket that connections come in by.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    let address: SocketAddress
    /// The file of a Unix socket that this program made, to be taken away with it.
    var file: SocketFile?

    /// How many connections the kernel holds until they are accepted; the system may lower it.
    static let backlog: Int32 = 1024

    /// Opens a socket for every address that the host has; a name may have several. An address that this machine doesn't have at the
    /// moment (IPv6 switched off, for example) is passed over, as long as there is another.
    static func open(_ wanted: ListenAddress) throws(HTTPServerError) -> [ListeningSocket] {
        if case .unix(let path) = wanted { return [try openFile(wanted, path: path)] }
        if let host = wanted.host, !host.isEmpty { return try open(wanted, candidates(wanted, host: host)) }
        // One IPv6 socket serves both families, where the machine has IPv6.
        do {
            return try open(wanted, candidates(wanted, host: "::"))
        } catch {
            guard error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL else { throw error }
            return try open(wanted, candidates(wanted, host: "0.0.0.0"))
        }
    }

    static func open(
        _ wanted: ListenAddress, _ candidates: [Candidate]
    ) throws(HTTPServerError) -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        var missing = HTTPServerError.listen(on: wanted.description, code: EADDRNOTAVAIL)
        for var candidate in candidates {
            // Where the system chooses the port, it is one for all of them.
            if wanted.port == 0, let first = sockets.first { candidate.setPort(first.address.port) }
            do {
                sockets.append(try open(wanted, candidate))
            } catch {
                guard error.code == EAFNOSUPPORT || error.code == EADDRNOTAVAIL else {
                    for socket in sockets { socket.close() }
                    throw error
                }
                missing = error
            }
        }
        guard !sockets.isEmpty else { throw missing }
        return sockets
    }

    /// Closes it, and takes its file away where it still is this socket's.
    func close() {
        file?.remove()
        Glibc.close(descriptor)
    }

    /// Takes over a socket that somebody else opened, as systemd does.
    static func adopt(_ descriptor: Int32, name: String) throws(HTTPServerError) -> ListeningSocket {
        guard option(descriptor, SO_ACCEPTCONN) == 1, option(descriptor, SO_TYPE) == Int32(SOCK_STREAM.rawValue),
            let address = SocketAddress(boundTo: descriptor)
        else {
            throw .listen(on: name, code: ENOTSOCK, reason: "it is not a listening stream socket")
        }
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0,
            fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0
        else {
            throw .listen(on: name, code: errno)
        }
        return ListeningSocket(descriptor: descriptor, address: address)
    }

    /// An address to bind to.
    struct Candidate {
        var family: Int32
        var storage: sockaddr_storage
        var length: socklen_t

        mutating func setPort(_ port: Int) {
            let port = UInt16(truncatingIfNeeded: port).bigEndian
            withUnsafeMutableBytes(of: &storage) { bytes in
                // The port follows the family in both kinds of address.
                bytes.storeBytes(of: port, toByteOffset: MemoryLayout<sa_family_t>.size, as: UInt16.self)
            }
        }
    }

    static func candidates(_ wanted: ListenAddress, host: String) throws(HTTPServerError) -> [Candidate] {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_family = AF_UNSPEC
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(wanted.port ?? 0), &hints, &list)
        guard result == 0 else {
            let reason = "the host cannot be found (\(String(cString: gai_strerror(result))))"
            throw .listen(on: wanted.description, code: EADDRNOTAVAIL, reason: reason)
        }
        defer { freeaddrinfo(list) }
        var found: [Candidate] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let address = entry.ai_addr, Int(entry.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size else {
                continue
            }
            var candidate = Candidate(
                family: entry.ai_family, storage: sockaddr_storage(), length: entry.ai_addrlen)
            withUnsafeMutableBytes(of: &candidate.storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))
            }
            found.append(candidate)
        }
        return found.filter { $0.family == AF_INET } + found.filter { $0.family == AF_INET6 }
    }

    private static func open(_ wanted: ListenAddress, _ candidate: Candidate) throws(HTTPServerError) -> ListeningSocket
    {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(candidate.family, type, 0)
        guard descriptor >= 0 else { throw .listen(on: wanted.description, code: errno) }
        // A restart must not wait for the old connections' TIME_WAIT.
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if candidate.family == AF_INET6 {
            setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, wanted.host == "" ? 0 : 1)
        }
        if bind(descriptor, candidate), Glibc.listen(descriptor, backlog) == 0,
            let address = SocketAddress(boundTo: descriptor)
        {
            return ListeningSocket(descriptor: descriptor, address: address)
        }
        let code = errno
        Glibc.close(descriptor)
        throw .listen(on: wanted.description, code: code)
    }

    private static func bind(_ descriptor: Int32, _ candidate: Candidate) -> Bool {
        withUnsafePointer(to: candidate.storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, candidate.length) == 0
            }
        }
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
}
