import CZlib
import Testing

@testable import HTTPServer

/// Compressed responses over real sockets.
@Suite struct GzipTests {
    private static let text = String(repeating: "jobsweep_up 1\n", count: 200)

    private static var router: Router {
        var router = Router()
        let shared = SharedBody(text)
        let small = String(repeating: "x", count: 1000)
        router.get("/bytes") { _ in .now(.text(text)) }
        router.get("/shared") { _ in
            .now(HTTPResponse(status: .ok, headers: ["Content-Type": "text/plain"], body: .shared(shared)))
        }
        router.get("/small") { _ in .now(.text(small)) }
        router.get("/image") { _ in .now(.bytes(Array(text.utf8), type: "image/png")) }
        router.get("/encoded") { _ in
            .now(.bytes(Array(text.utf8), type: "text/plain", headers: ["Content-Encoding": "br"]))
        }
        router.get("/vary") { _ in .now(.text(text, headers: ["Vary": "Accept"])) }
        return router
    }

    private func reply(_ path: String, _ header: String = "Accept-Encoding: gzip\r\n") async throws -> RawReply {
        try await withServer(Self.router) { _, address in
            let client = try RawClient(address)
            // Twice, since the second may be answered from what was kept of the first.
            client.send(get(path, header) + get(path, header))
            let first = try #require(client.response())
            let second = try #require(client.response())
            #expect(first.description == second.description)
            return second
        }
    }

    @Test(arguments: ["/bytes", "/shared", "/vary"])
    func bodiesAreCompressedForThoseWhoTakeIt(path: String) async throws {
        let reply = try await reply(path)
        #expect(reply.headers["Content-Encoding"] == "gzip")
        #expect(reply.headers.all("Vary") == [path == "/vary" ? "Accept, Accept-Encoding" : "Accept-Encoding"])
        #expect(reply.body.count < 300)
        #expect(gunzip(reply.body) == Array(Self.text.utf8))
    }

    @Test(arguments: ["/bytes", "/shared"], ["", "Accept-Encoding: gzip;q=0\r\n", "Accept-Encoding: deflate\r\n"])
    func othersGetThemPlainAndVaryAllTheSame(path: String, header: String) async throws {
        let reply = try await reply(path, header)
        #expect(reply.headers["Content-Encoding"] == nil)
        #expect(reply.headers.all("Vary") == ["Accept-Encoding"])
        #expect(reply.bodyText == Self.text)
    }

    @Test(arguments: ["/small", "/image", "/encoded"])
    func whatCannotGainIsSentAsItIs(path: String) async throws {
        let reply = try await reply(path)
        #expect(reply.headers["Content-Encoding"] == (path == "/encoded" ? "br" : nil))
        #expect(reply.headers["Vary"] == nil)
    }

    @Test func aSharedBodyIsCompressedOnceAndMayBringItsOwn() throws {
        let shared = SharedBody(Self.text)
        let first = try #require(shared.gzip())
        #expect(shared.gzip() === first)
        #expect(SharedBody([1, 2, 3], gzip: [4]).gzip()?.bytes == [4])
        #expect(SharedBody("short").gzip() == nil)
        var random = SeededGenerator(seed: 7)
        #expect(SharedBody((0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) }).gzip() == nil)
    }

    @Test func aSharedBodyKeepsItsHeadersApart() async throws {
        var router = Router()
        let shared = SharedBody("same")
        router.get("/{n}") { request in
            .now(HTTPResponse(status: .ok, headers: ["X-N": request.parameters["n"] ?? ""], body: .shared(shared)))
        }
        try await withServer(router) { _, address in
            let client = try RawClient(address)
            for number in Array(0..<10) + Array(0..<10) {
                client.send(get("/\(number)"))
                #expect(client.response()?.description == "200\nX-N: \(number)\nContent-Length: 4\n\nsame")
            }
        }
    }

    private func gunzip(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let result = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        return result == Z_STREAM_END ? Array(output.prefix(Int(stream.total_out))) : nil
    }
}
