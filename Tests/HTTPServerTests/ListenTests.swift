import Glibc
import Testing

@testable import HTTPServer

@Suite(.timeLimit(.minutes(10))) struct ListenTests {
    @Test(arguments: [
        ("127.0.0.1:9745", "127.0.0.1", 9745), ("[::1]:0", "::1", 0), (":9745", "", 9745),
        ("localhost:80", "localhost", 80),
        ("[::]:65535", "::", 65535),
    ])
    func addressesAreRead(text: String, host: String, port: Int) throws {
        let address = try ListenAddress(parsing: text)
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [("unix:/run/jobsweep.sock", "/run/jobsweep.sock"), ("unix:///run/a:1.sock", "///run/a:1.sock")])
    func pathsOfSocketsAreRead(text: String, path: String) throws {
        let address = try ListenAddress(parsing: text)
        #expect(address == .unix(path: path))
        #expect(address.description == text)
        #expect(address.host == nil)
    }

    @Test(arguments: [
        ("unix:run/x.sock", "the path of a socket begins with /, as in unix:/run/jobsweep.sock"),
        ("unix:@abstract", "the path of a socket begins with /, as in unix:/run/jobsweep.sock"),
        ("unix:/run/", "the path of a socket names a file, as in unix:/run/jobsweep.sock"),
        ("unix:/run/x\0y", "the path of a socket names a file, as in unix:/run/jobsweep.sock"),
        ("unix:/" + String(repeating: "x", count: 107), "the path of a socket has at most 107 bytes"),
        ("", "it has no port, such as :9745"),
        ("19746", "it is a port alone; write 127.0.0.1:19746, or :19746 for every address"),
        ("localhost", "it has no port, such as localhost:9745"), ("a:", "the port is not a number from 0 to 65535"),
        ("a:b", "the port is not a number from 0 to 65535"), ("a:65536", "the port is not a number from 0 to 65535"),
        ("a:-1", "the port is not a number from 0 to 65535"), ("a:+1", "the port is not a number from 0 to 65535"),
        ("::1:80", "an IPv6 address stands in brackets, such as [::1]:9745"),
        ("[localhost]:80", "only an IPv6 address stands in brackets"),
        ("http://a:80", "it is a URL; write host and port, such as localhost:9745"),
        ("127.0.0.1:1,127.0.0.1:2", "it is a list; give each address by itself"),
        (":1, [::1]:2", "it is a list; give each address by itself"),
        ("a b:80", "the host is neither a name nor an IP address"),
        ("[::1:80", "an IPv6 address stands in brackets, such as [::1]:9745"),
    ])
    func whatIsNoAddressSaysWhy(text: String, problem: String) {
        #expect(throws: ListenAddressError(text: text, problem: problem)) { try ListenAddress(parsing: text) }
        #expect(
            ListenAddressError(text: text, problem: problem).description
                == "\"\(text)\" is not an address to listen on: \(problem)")
    }

    @Test func anAddressInUseIsNamed() async throws {
        try await withServer(.trial()) { _, address in
            let free = HTTPServerConfiguration.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
            let taken = HTTPServerConfiguration.Listener.address(ListenAddress(host: "127.0.0.1", port: address.port))
            let server = HTTPServer(HTTPServerConfiguration(listeners: [free, taken]), responder: Router.trial())
            let expected = HTTPServerError(
                code: EADDRINUSE, description: "cannot listen on \(address): address already in use")
            #expect(throws: expected) { try server.start() }
            #expect(server.addresses == [])
            await server.stop()
        }
    }

    @Test func aHostThatIsNotThereIsNamed() throws {
        let listener = HTTPServerConfiguration.Listener.address(ListenAddress(host: "192.0.2.1", port: 0))
        let server = HTTPServer(HTTPServerConfiguration(listeners: [listener]), responder: Router.trial())
        #expect(
            throws: HTTPServerError(
                code: EADDRNOTAVAIL, description: "cannot listen on 192.0.2.1:0: cannot assign requested address")
        ) {
            try server.start()
        }
    }

    @Test func requestsKnowTheListenerThatTheyCameBy() async throws {
        var router = Router()
        router.get("/") { request in
            let listener = request.listener
            let peer = request.peer.isLoopback
            return .now(.text("\(listener.index) \(listener.address) \(listener.isLoopback) \(listener.isTLS) \(peer)"))
        }
        let any = HTTPServerConfiguration.Listener.address(ListenAddress(host: "0.0.0.0", port: 0))
        try await withServer(router, change: { $0.listeners.append(any) }) { server, first in
            let second = server.addresses[1]
            for (index, address, isLoopback) in [(0, first, true), (1, second, false)] {
                let client = try RawClient(SocketAddress(family: .ipv4, host: "127.0.0.1", port: address.port))
                client.send(get("/"))
                #expect(client.response()?.bodyText == "\(index) \(address) \(isLoopback) false true")
            }
        }
    }

    @Test func everyAddressMeansBothFamilies() async throws {
        let everywhere = HTTPServerConfiguration.Listener.address(ListenAddress(host: "", port: 0))
        try await withServer(.trial(), change: { $0.listeners = [everywhere] }) { _, address in
            let client = try RawClient(SocketAddress(family: .ipv4, host: "127.0.0.1", port: address.port))
            client.send(get("/hello"))
            #expect(client.response()?.bodyText == "hello\n")
            #expect(!address.isLoopback)
        }
    }

    @Test(.enabled(if: hasIPv6)) func anIPv6AddressIsOneToo() async throws {
        let listener = HTTPServerConfiguration.Listener.address(try ListenAddress(parsing: "[::1]:0"))
        var router = Router()
        router.get("/") { .now(.text("\($0.peer.host) \($0.peer.isLoopback) \($0.listener.isLoopback)")) }
        try await withServer(router, change: { $0.listeners = [listener] }) { _, address in
            #expect(address.description == "[::1]:\(address.port)")
            let client = try RawClient(address)
            client.send(get("/"))
            #expect(client.response()?.bodyText == "::1 true true")
            // The port is not taken for IPv4 by it.
            #expect(throws: RawClientError.self) {
                try RawClient(SocketAddress(family: .ipv4, host: "127.0.0.1", port: address.port))
            }
        }
    }

    private static var hasIPv6: Bool {
        (try? ListeningSocket.open(ListenAddress(host: "::1", port: 0)))?.map { close($0.descriptor) } != nil
    }

    @Test func aServerThatIsForgottenStops() async throws {
        let listener = HTTPServerConfiguration.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        var server: HTTPServer? = HTTPServer(HTTPServerConfiguration(listeners: [listener]), responder: Router.trial())
        try server?.start()
        let address = try #require(server?.addresses.first)
        server = nil
        try await eventually { (try? RawClient(address)) == nil }
        #expect(throws: RawClientError.self) { try RawClient(address) }
    }

    /// A name's addresses, one of which (TEST-NET-1) this machine doesn't have.
    @Test func everyAddressOfANameIsListenedOn() throws {
        let wanted = ListenAddress(host: "name", port: 0)
        let candidates = try ["127.0.0.1", "192.0.2.1", "127.0.0.2"].flatMap {
            try ListeningSocket.candidates(wanted, host: $0)
        }
        let sockets = try ListeningSocket.open(wanted, candidates)
        defer { for socket in sockets { close(socket.descriptor) } }
        #expect(sockets.map(\.address.host) == ["127.0.0.1", "127.0.0.2"])
        #expect(Set(sockets.map(\.address.port)).count == 1)
        for socket in sockets { _ = try RawClient(socket.address) }
        let taken = ListenAddress(host: "name", port: sockets[1].address.port)
        let error = #expect(throws: HTTPServerError.self) {
            try ListeningSocket.open(
                taken, ["127.0.0.3", "127.0.0.2"].flatMap { try ListeningSocket.candidates(taken, host: $0) })
        }
        #expect(error?.code == EADDRINUSE)
        // What was opened before the failure is closed again.
        #expect(throws: RawClientError.self) {
            try RawClient(SocketAddress(family: .ipv4, host: "127.0.0.3", port: sockets[1].address.port))
        }
    }

    @Test func aSocketThatIsOpenAlreadyIsTakenOver() async throws {
        let opened = try #require(ListeningSocket.open(ListenAddress(host: "127.0.0.1", port: 0)).first)
        let listener = HTTPServerConfiguration.Listener.descriptor(opened.descriptor, name: "metrics.socket")
        try await withServer(.trial(), change: { $0.listeners = [listener] }) { _, address in
            #expect(address == opened.address)
            let client = try RawClient(address)
            client.send(get("/hello"))
            #expect(client.response()?.bodyText == "hello\n")
        }
        #expect(throws: RawClientError.self) { try RawClient(opened.address) }
    }

    @Test func aDescriptorThatDoesNotListenIsNamed() throws {
        let descriptor = open("/dev/null", O_RDONLY)
        defer { close(descriptor) }
        let listener = HTTPServerConfiguration.Listener.descriptor(descriptor, name: "metrics.socket")
        let server = HTTPServer(HTTPServerConfiguration(listeners: [listener]), responder: Router.trial())
        let expected = HTTPServerError(
            code: ENOTSOCK, description: "cannot listen on metrics.socket: it is not a listening stream socket")
        #expect(throws: expected) { try server.start() }
    }

    @Test func aUnixSocketWorksToo() async throws {
        let path = "/tmp/jobsweep-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max)).sock"
        defer { unlink(path) }
        let descriptor = try UnixSocket.listen(path)
        let listener = HTTPServerConfiguration.Listener.descriptor(descriptor, name: "unix")
        try await withServer(.trial(), change: { $0.listeners = [listener] }) { _, address in
            #expect(address == SocketAddress(family: .unix, host: path, port: 0))
            #expect(address.isLoopback)
            let client = try RawClient(unix: path)
            client.send(get("/hello"))
            #expect(client.response()?.bodyText == "hello\n")
        }
    }

    @Test func aServerThatIsStoppedTwiceOrNeverStartedIsFine() async throws {
        let listener = HTTPServerConfiguration.Listener.address(ListenAddress(host: "127.0.0.1", port: 0))
        let server = HTTPServer(HTTPServerConfiguration(listeners: [listener]), responder: Router.trial())
        await server.stop()
        try await withServer(.trial()) { server, _ in
            async let one: Void = server.stop()
            async let two: Void = server.stop()
            _ = await (one, two)
            await server.stop()
            #expect(server.addresses == [])
            #expect(server.openConnections == 0)
        }
    }
}

@Suite struct SocketActivationTests {
    private func sockets(_ environment: [String: String]) throws -> [SocketActivation.Socket] {
        try SocketActivation(environment: environment, processID: 77).sockets
    }

    @Test func descriptorsComeWithTheirNames() throws {
        #expect(try sockets([:]) == [])
        #expect(try sockets(["LISTEN_PID": "78", "LISTEN_FDS": "2"]) == [])
        #expect(try sockets(["LISTEN_PID": "77"]) == [])
        #expect(try sockets(["LISTEN_PID": "77", "LISTEN_FDS": "0"]) == [])
        #expect(
            try sockets(["LISTEN_PID": "77", "LISTEN_FDS": "2"]) == [
                .init(descriptor: 3, name: "LISTEN_FD_3"), .init(descriptor: 4, name: "LISTEN_FD_4"),
            ])
        #expect(
            try sockets(["LISTEN_PID": "77", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "metrics.socket:"]) == [
                .init(descriptor: 3, name: "metrics.socket"), .init(descriptor: 4, name: "LISTEN_FD_4"),
            ])
    }

    @Test(arguments: [
        (["LISTEN_PID": "x", "LISTEN_FDS": "1"], "LISTEN_PID is \"x\", not a process id"),
        (["LISTEN_PID": "77", "LISTEN_FDS": "x"], "LISTEN_FDS is \"x\", not a number of sockets"),
        (["LISTEN_PID": "77", "LISTEN_FDS": "-1"], "LISTEN_FDS is \"-1\", not a number of sockets"),
        (["LISTEN_PID": "77", "LISTEN_FDS": "99999"], "LISTEN_FDS is \"99999\", not a number of sockets"),
        (
            ["LISTEN_PID": "77", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "a:b"],
            "LISTEN_FDNAMES names 2 sockets where LISTEN_FDS says 1"
        ),
    ])
    func nonsenseIsNamed(environment: [String: String], description: String) {
        #expect(throws: SocketActivationError(description: description)) { try sockets(environment) }
    }
}
