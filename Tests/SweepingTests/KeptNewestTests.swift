import Sweeping
import Testing

@Suite("The newest rows of a group")
struct KeptNewestTests {
    private static let now = Timestamp(microseconds: 1_700_000_000_000_000)
    private static let selection = Selection(
        label: "test", table: "t", key: ["id"], columns: [.time("at"), ReadColumn("kind")], condition: .all([]))

    private func row(_ id: Int64, _ age: Duration?, _ kind: Value = "a") -> SelectedRow {
        let at = age.map { Value((Self.now - $0).rfc3339) } ?? Value.null
        return SelectedRow(.init(Self.selection), values: [.integer(id), at, kind])
    }

    private func keeper(_ count: Int, per: [String] = ["kind"], share: KeptNewest.Share = .whole) -> KeptNewest {
        KeptNewest(NewestRule(count: count, per: per), by: .column("at"), at: Self.now, share: share)
    }

    private func taken(_ keeper: inout KeptNewest, _ row: SelectedRow) {
        let fits = keeper.take(row)
        #expect(fits)
    }

    @Test("as many stay as the rule says, whatever order the rows come in")
    func newest() {
        for order in [[1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [3, 5, 1, 4, 2]] {
            var keeper = keeper(2)
            for id in order { taken(&keeper, row(Int64(id), .days(id))) }
            #expect((1...5).filter { keeper.keeps(row(Int64($0), .days($0))) } == [1, 2])
        }
    }

    @Test("of two with the same time the larger key is the newer, as numbers and not as text")
    func ties() {
        var keeper = keeper(1)
        for id in [9, 10, 8] { taken(&keeper, row(Int64(id), .days(1))) }
        #expect([8, 9, 10].filter { keeper.keeps(row(Int64($0), .days(1))) } == [10])
    }

    @Test("rows without a time, and from the future, don't count; nor do they go for that")
    func others() {
        var keeper = keeper(1)
        taken(&keeper, row(1, nil))
        taken(&keeper, row(2, .days(-1)))
        taken(&keeper, row(3, .days(7)))
        taken(&keeper, row(4, .days(9)))
        #expect(
            [1, 2, 3, 4].filter { keeper.keeps(row(Int64($0), [nil, .days(-1), .days(7), .days(9)][Int($0) - 1])) } == [
                1, 2, 3,
            ])
    }

    @Test("NULL is a group like others, and a group with few rows keeps all of them")
    func groups() {
        var keeper = keeper(1)
        taken(&keeper, row(1, .days(1), .null))
        taken(&keeper, row(2, .days(2), .null))
        taken(&keeper, row(3, .days(3), "b"))
        #expect(keeper.keeps(row(1, .days(1), .null)))
        #expect(!keeper.keeps(row(2, .days(2), .null)))
        #expect(keeper.keeps(row(3, .days(3), "b")))
    }

    @Test("more groups than memory is for are dealt into shares, each group into one")
    func shares() {
        var whole = keeper(1)
        var fits = true
        for id in 0..<200_000 where fits { fits = whole.take(row(Int64(id), .days(1), .integer(Int64(id)))) }
        #expect(!fits)
        let count = 4
        for id in 0..<1_000 {
            let group: [Value] = [.integer(Int64(id))]
            #expect((0..<count).count { KeptNewest.Share(index: $0, count: count).holds(group) } == 1)
        }
    }
}
