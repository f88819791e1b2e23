import Sweeping
import Testing

@Suite("Whether there is room for a compaction")
struct CompactionPlanTests {
    private func plan(_ needs: SpaceNeed...) -> CompactionPlan {
        CompactionPlan(
            sizes: DatabaseSizes(fileBytes: 100, freeBytes: 40, writeAheadLogBytes: 0), keptBytes: 60,
            keepsOut: .writers, needs: needs)
    }

    private func need(_ bytes: Int64, of available: Int64, on fileSystem: UInt64) -> SpaceNeed {
        SpaceNeed(
            purpose: "a copy", directory: "/\(fileSystem)", fileSystem: fileSystem, bytes: bytes,
            availableBytes: available)
    }

    @Test("each file system is looked at by itself; just enough is enough")
    func apart() {
        #expect(plan(need(60, of: 60, on: 1), need(61, of: 61, on: 2)).shortages == [])
        let short = need(61, of: 60, on: 2)
        #expect(plan(need(60, of: 60, on: 1), short).shortages == [SpaceShortage(needs: [short])])
    }

    @Test("what lies on one file system is needed there together")
    func together() throws {
        let first = need(60, of: 100, on: 1)
        let second = need(61, of: 100, on: 1)
        let shortage = try #require(plan(first, second).shortages.first)
        #expect(shortage.needs == [first, second])
        #expect(shortage.neededBytes == 121)
        #expect(shortage.availableBytes == 100)
        #expect(plan(need(60, of: 121, on: 1), need(61, of: 121, on: 1)).shortages == [])
    }
}
