import Foundation
import Sweeping
import Testing

@testable import RunHistory

@Suite("Facts that are remembered")
struct FactTests {
    private struct Look: Codable, Sendable, Equatable {
        var wall: Int
        var boot: String
    }

    private static let look = Fact<Look>("test.look")

    @Test("a fact comes back after a restart, each database's own, and is forgotten on request")
    func kept() async throws {
        let place = try StatePlace()
        let state = try place.open()
        #expect(await state.recall(Self.look) == nil)
        await state.remember(Look(wall: 1, boot: "a"), as: Self.look)
        await state.remember(Look(wall: 2, boot: "b"), as: Self.look)
        #expect(try await place.open().recall(Self.look) == Look(wall: 2, boot: "b"))
        #expect(try await place.open("/data/other.db").recall(Self.look) == nil)
        await state.remember(nil, as: Self.look)
        #expect(try await place.open().recall(Self.look) == nil)
    }

    @Test("what can't be read is as good as none, and stays until it is replaced")
    func unreadable() async throws {
        let place = try StatePlace()
        let state = try place.open()
        for text in ["{", #"{"wall": "soon"}"#, "null", ""] {
            await state.remember(text, as: "test.look")
            #expect(await state.recall(Self.look) == nil)
            #expect(await state.fact("test.look") == text)
        }
    }

    @Test(
        "a fact that can't be written is remembered until the process ends, and written when the file can be used again"
    )
    func outage() async throws {
        let place = try StatePlace()
        let state = try place.open()
        await state.remember("1", as: "a")
        let aside = place.folder + "/aside"
        try FileManager.default.moveItem(atPath: place.directory, toPath: aside)
        try FileManager.default.createDirectory(atPath: place.file, withIntermediateDirectories: true)
        await state.remember("2", as: "a")
        await state.remember("3", as: "b")
        #expect(await state.fact("a") == "2")
        #expect(await state.fact("b") == "3")
        try FileManager.default.removeItem(atPath: place.directory)
        try FileManager.default.moveItem(atPath: aside, toPath: place.directory)
        await state.remember("4", as: "c")
        let again = try place.open()
        #expect(await [again.fact("a"), again.fact("b"), again.fact("c")] == ["2", "3", "4"])
    }

    @Test("when the schedule last started a run is remembered longer than its record")
    func lastStart() async throws {
        let place = try StatePlace()
        let state = try place.open()
        #expect(await state.lastScheduledStart() == nil)
        await state.begin(record("by hand", trigger: .cli))
        await state.begin(record("dry", dryRun: true))
        #expect(await state.lastScheduledStart() == nil)
        await state.begin(record("first", trigger: .startup))
        try place.edit("DELETE FROM run")
        #expect(try await place.open().lastScheduledStart() == StatePlace.noon)
    }
}
