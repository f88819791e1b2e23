import Dispatch
import Glibc
import Sweeping
import Synchronization
import Testing

@testable import RowArchive

/// Rows that are made durable by one thread while another's transactions are under way.
extension ArchiveRoundTripTests {
    @Test("rows that become durable beside transactions are there once claimed, whatever becomes of the transactions")
    func ahead() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        func unit(_ ids: ClosedRange<Int64>) throws -> Int {
            let ahead = try #require(writer.ahead(of: "op"))
            for id in ids { ahead.put(row(id, .integer(id))) }
            return try #require(ahead.seal())
        }
        let first = try unit(10...14)
        writer.begin("op")
        // Nothing of the transaction is in the file yet: what comes in between stays when it is undone.
        writer.claim([0, 1], of: first, Self.table)
        let second = try unit(20...24)
        writer.discard()
        writer.begin("op")
        writer.keep(row(1, .null))
        let third = try unit(30...31)
        writer.claim([0, 1, 4], of: first, Self.table)
        try writer.seal()
        writer.confirm()
        writer.begin("op")
        writer.claim([3], of: second, Self.table)
        writer.claim([1], of: third, Self.table)
        try writer.seal()
        // Its commit failed: it is done again, and takes less.
        writer.discard()
        let fourth = try unit(40...40)
        writer.begin("op")
        writer.claim([1, 2], of: second, Self.table)
        writer.claim([0], of: fourth, Self.table)
        try writer.seal()
        #expect(writer.finish().rows == 7)
        let archive = try place.archives.open(run: "r1")
        let read = try await rows(archive).joined().map(\.row.values[0])
        #expect(Set(read) == Set([1, 10, 11, 14, 21, 22, 40].map(Value.integer)) && read.count == 7)
        #expect(archive.rows == 7)
    }

    @Test("rows wait for a transaction whose end nobody knows, and for what is written of one that may be cut off")
    func aheadOfSettling() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        writer.begin("op")
        writer.keep(row(1, .blob(Array(repeating: 7, count: ArchiveFormat.usualPiece * 4))))
        let ahead = try #require(writer.ahead(of: "op"))
        ahead.put(row(2, .null))
        let isUnderWay = Mutex(true)
        // Another thread's transaction.
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) {
            try? writer.seal()
            usleep(50_000)
            isUnderWay.withLock { $0 = false }
            writer.discard()
        }
        let unit = try #require(ahead.seal())
        let waited = !isUnderWay.withLock(\.self)
        #expect(waited)
        writer.begin("op")
        writer.claim([0], of: unit, Self.table)
        try writer.seal()
        #expect(writer.finish().rows == 1)
        let read = try await rows(try place.archives.open(run: "r1")).joined().map(\.row.values[0])
        #expect(read == [.integer(2)])
    }
}

extension RowsAhead {
    fileprivate func put(_ row: ArchivedRow) {
        put(row.table) { writer in row.values.forEach { writer.put($0) } }
    }
}
