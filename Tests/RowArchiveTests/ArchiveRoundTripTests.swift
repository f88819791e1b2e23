import Foundation
import Sweeping
import Testing

@testable import RowArchive

@Suite("Archives")
struct ArchiveRoundTripTests {
    static let table = ArchivedTable(
        "t", columns: [.init("id", "INTEGER"), .init("v", "")], key: [0])
    private static let values: [Value] = [
        .null, .integer(0), .integer(.max), .integer(.min), .real(-0.0), .real(.nan), .real(.infinity),
        .real(.leastNonzeroMagnitude),
        .text([]),
        .text([0x61, 0, 0xE9]), .blob([]), .blob([0, 1, 255]), .text(Array(repeating: 0x41, count: 100_000)),
    ]

    struct Place {
        let folder: String

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("archive-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        var archives: ArchiveFolder { ArchiveFolder(state: folder) }

        func writer(
            _ run: String = "r1", bytes: Int64 = 1 << 30, _ whenFull: ArchiveWriter.WhenFull = .goOn, at time: Int64 = 1
        ) -> ArchiveWriter {
            ArchiveWriter(
                ArchiveHeader(runID: run, database: "d", startedAt: Timestamp(microseconds: time)),
                folder: archives.path,
                limits: .init(bytes: bytes, whenFull: whenFull))
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    func row(_ id: Int64, _ value: Value, to new: Value? = nil) -> ArchivedRow {
        ArchivedRow(
            Self.table, number: id == 3 ? 99 : nil, values: [.integer(id), value],
            fate: new.map { .changed(to: [.integer(id), $0]) } ?? .deleted)
    }

    func rows(_ archive: ArchiveFile) async throws -> [[ArchiveEntry]] {
        var units: [[ArchiveEntry]] = []
        for unit in 0..<archive.unitCount {
            var rows: [ArchiveEntry] = []
            try await archive.forEachPiece(ofUnit: unit) { rows += $0 }
            units.append(rows)
        }
        return units
    }

    private func isSame(_ left: ArchivedRow, _ right: ArchivedRow) -> Bool {
        let fates =
            switch (left.fate, right.fate) {
            case (.deleted, .deleted): true
            case (.changed(let one), .changed(let other)): one.isIdentical(to: other)
            default: false
            }
        return fates && left.number == right.number && left.table == right.table
            && left.values.isIdentical(to: right.values)
    }

    @Test("what is written is read, transaction by transaction, to the bit; the file is this user's alone")
    func roundTrip() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        var expected: [[ArchivedRow]] = []
        for (index, value) in Self.values.enumerated() {
            writer.begin("op\(index % 2)")
            let unit = [row(Int64(index), value), row(-1, .null, to: value)]
            for row in unit { writer.keep(row) }
            try writer.seal()
            expected.append(unit)
        }
        let facts = writer.finish()
        #expect(facts.rows == 2 * Self.values.count && facts.missed == 0)
        let file = try #require(facts.file)
        let mode = try #require(FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? NSNumber)
        #expect(mode.intValue == 0o600)
        let archive = try place.archives.open(run: "r1")
        #expect(archive.rows == facts.rows && archive.bytes == facts.bytes && !archive.hasTail)
        #expect(archive.counts == [.init(operation: "op0", table: "t"): 14, .init(operation: "op1", table: "t"): 12])
        let read = try await rows(archive)
        #expect(read.count == expected.count)
        for (index, (unit, wanted)) in zip(read, expected).enumerated() {
            #expect(unit.allSatisfy { $0.operation == "op\(index % 2)" })
            #expect(zip(unit, wanted).allSatisfy { isSame($0.row, $1) } && unit.count == wanted.count)
        }
    }

    @Test(
        "what was undone isn't there, however much of it was written already",
        arguments: [1, 3_000, 300_000, 2_000_000])
    func undone(_ size: Int) async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        func big(_ id: Int64) -> ArchivedRow {
            row(id, .blob((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }))
        }
        writer.begin("op")
        writer.keep(big(1))
        writer.setMark()
        writer.keep(big(2))
        writer.keep(big(4))
        writer.goBack()
        writer.setMark()
        writer.keep(big(5))
        writer.keep(row(6, .null))
        try writer.seal()
        writer.begin("op")
        writer.keep(big(7))
        writer.discard()
        writer.begin("op")
        writer.keep(big(8))
        try writer.seal()
        // The commit failed.
        writer.discard()
        writer.begin("op")
        writer.keep(row(9, .null))
        try writer.seal()
        #expect(writer.finish().rows == 4)
        let read = try await rows(try place.archives.open(run: "r1")).map { $0.map(\.row.values[0]) }
        #expect(read == [[.integer(1), .integer(5), .integer(6)], [.integer(9)]])
    }

    @Test("rows that were foreseen are there once, and only those that went as they were")
    func foreseen() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        writer.foresee((1...5).map { row($0, .integer($0)) }, of: "op")
        let length = try place.archives.open(run: "r1").bytes
        writer.begin("op")
        writer.keep(row(1, .integer(1)))
        writer.setMark()
        writer.keep(row(2, .integer(2)))
        writer.goBack()
        try writer.seal()
        writer.confirm()
        #expect(try place.archives.open(run: "r1").bytes - length < 100, "there was nothing left but to say which")
        writer.begin("op")
        writer.keep(row(3, .integer(3)))
        writer.discard()
        writer.begin("op")
        writer.keep(row(3, .integer(3)))
        // The application changed it since.
        writer.keep(row(4, .integer(44)))
        try writer.seal()
        writer.foresee([row(5, .integer(55))], of: "op")
        writer.begin("op")
        writer.keep(row(5, .integer(55)))
        try writer.seal()
        #expect(writer.finish().rows == 4)
        let archive = try place.archives.open(run: "r1")
        let read = try await rows(archive).joined().map(\.row.values)
        #expect(
            Set(read) == [
                [.integer(1), .integer(1)], [.integer(3), .integer(3)], [.integer(4), .integer(44)],
                [.integer(5), .integer(55)],
            ])
        #expect(read.count == 4 && archive.rows == 4)
    }

    @Test("rows that are foreseen and don't fit are none that the archive has")
    func foreseenAndFull() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer(bytes: 200_000)
        var random = SystemRandomNumberGenerator()
        let rows = (1...600).map { number in
            row(number, .blob((0..<6000).map { _ in UInt8.random(in: 0...255, using: &random) }))
        }
        writer.foresee(rows, of: "op")
        for row in rows {
            writer.begin("op")
            writer.keep(row)
            try writer.seal()
        }
        let facts = writer.finish()
        #expect((1..<600).contains(facts.rows))
        #expect(facts.rows + facts.missed == 600)
        let archive = try place.archives.open(run: "r1")
        #expect(archive.rows == facts.rows && archive.loss == facts.loss && facts.loss != nil)
    }

    @Test("a file says that it doesn't have all, also where its run is killed before it can tell how much that is")
    func loss() throws {
        let place = try Place()
        defer { place.remove() }
        func take(_ ids: ClosedRange<Int64>, _ writer: ArchiveWriter) throws {
            for id in ids {
                writer.begin("op")
                writer.keep(row(id, .null))
                if id == 2 { writer.miss("of a reason") }
                try writer.seal()
                writer.confirm()
            }
        }
        let whole = place.writer("r1")
        try take(3...4, whole)
        _ = whole.finish()
        let killed = place.writer("r2")
        try take(1...4, killed)
        let finished = place.writer("r3")
        try take(1...4, finished)
        _ = finished.finish()
        let losses = try ["r1", "r2", "r3"].map { try place.archives.open(run: $0).loss }
        #expect(
            losses == [
                nil, "rows of this run can't be put back: of a reason",
                "1 row of this run can't be put back: of a reason",
            ])
        #expect(try place.archives.open(run: "r3").damage == nil)
    }

    @Test("a row that is changed more than once is undone backwards")
    func backwards() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        writer.begin("op")
        writer.keep(row(1, .integer(1), to: .integer(2)))
        writer.keep(row(2, .null))
        writer.keep(row(1, .integer(2), to: .integer(3)))
        writer.keep(row(1, .integer(3)))
        try writer.seal()
        _ = writer.finish()
        let read = try await rows(try place.archives.open(run: "r1"))[0].map(\.row.values)
        #expect(
            read == [
                [.integer(1), .integer(3)], [.integer(1), .integer(2)], [.integer(2), .null],
                [.integer(1), .integer(1)],
            ])
    }

    @Test("a file that ends anywhere has what was whole by then; one that is damaged says so")
    func torn() async throws {
        let place = try Place()
        defer { place.remove() }
        let writer = place.writer()
        for unit in 0..<4 {
            writer.begin("op")
            writer.keep(row(Int64(unit), .text(Array("some text".utf8))))
            try writer.seal()
        }
        let path = try #require(writer.finish().file)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        var known = 0
        for length in 0..<bytes.count {
            try bytes.prefix(length).write(to: URL(fileURLWithPath: path))
            guard let archive = try? ArchiveFile(path: path) else {
                #expect(known == 0)
                continue
            }
            #expect(archive.unitCount >= known)
            known = archive.unitCount
            #expect(try await rows(archive).joined().map(\.row.values[0]) == (0..<known).map { .integer(Int64($0)) })
        }
        #expect(known == 3)
        for place in stride(from: 0, to: bytes.count, by: 3) {
            var spoilt = bytes
            spoilt[place] ^= 0x5A
            try spoilt.write(to: URL(fileURLWithPath: path))
            // Whatever it says, nothing is made up and nothing ends the process.
            guard let archive = try? ArchiveFile(path: path), let read = try? await rows(archive) else { continue }
            for entry in read.joined() {
                #expect(entry.row.values.count == 2 && entry.row.values[1] == .text(Array("some text".utf8)))
            }
        }
    }

    @Test("archives go when they are old, and the oldest when there is too much; a run under way keeps its own")
    func pruning() throws {
        let place = try Place()
        defer { place.remove() }
        for (index, run) in ["a", "b", "c", "d"].enumerated() {
            let writer = place.writer(run, at: Int64(index) * 1_000_000)
            writer.begin("op")
            writer.keep(row(1, .integer(Int64(index))))
            try writer.seal()
            _ = writer.finish()
        }
        func left() -> [String] { place.archives.entries(of: "d").map(\.runID) }
        #expect(left() == ["a", "b", "c", "d"])
        #expect(place.archives.entries(of: "other") == [])
        place.archives.prune("d", before: Timestamp(microseconds: 1_000_000), above: .max, except: nil)
        #expect(left() == ["b", "c", "d"])
        // One of another version says nothing of its run: the file's own time counts.
        let other = place.archives.file(ofRun: "e")
        try Data("jobsweep rows 0\n".utf8).write(to: URL(fileURLWithPath: other))
        place.archives.prune("d", before: Timestamp(microseconds: 1_000_000), above: .max, except: nil)
        #expect(FileManager.default.fileExists(atPath: other))
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: other)
        place.archives.prune("d", before: Timestamp(microseconds: 1_000_000), above: .max, except: nil)
        #expect(!FileManager.default.fileExists(atPath: other) && left() == ["b", "c", "d"])
        let newest = place.archives.entries(of: "d").suffix(2).reduce(0) { $0 + $1.bytes }
        place.archives.prune("d", before: Timestamp(microseconds: 0), above: newest, except: nil)
        #expect(left() == ["c", "d"])
        place.archives.prune("d", before: Timestamp(microseconds: 9_000_000), above: 0, except: "c")
        #expect(left() == ["c"])
        // Of another sidecar's, what is still written stays as well.
        #expect(place.archives.databases() == ["d"])
        place.archives.prune("d", before: Timestamp(microseconds: 9_000_000))
        #expect(left() == ["c"])
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: place.archives.file(ofRun: "c"))
        place.archives.prune("d", before: Timestamp(microseconds: 1_000_000))
        #expect(left() == ["c"])
        place.archives.prune("d", before: Timestamp(microseconds: 9_000_000))
        #expect(left() == [])
        #expect(throws: ArchiveError.self) { try place.archives.open(run: "../c") }
        #expect(throws: ArchiveError.self) { try place.archives.open(run: "zzz") }
    }
}
