import Sweeping
import Testing

@Suite("How many rows are no surge")
struct UsualRowsTests {
    private let noon = Timestamp(microseconds: 1_772_445_600_000_000)

    private func limit(_ largest: Int, runs: Int, over span: Duration, pause: Duration) -> Int {
        UsualRows(largest: largest, runs: runs, first: noon - span, last: noon).limit(surge: 10, at: noon + pause)
    }

    @Test("so many times the largest, with allowance for a pause, and never few; where nothing is usual, few")
    func limits() {
        #expect(limit(500, runs: 11, over: .days(10), pause: .days(1)) == 5_000)
        #expect(limit(500, runs: 11, over: .days(10), pause: .days(3)) == 15_000)
        #expect(limit(500, runs: 11, over: .days(10), pause: .days(300)) == 55_000)
        #expect(limit(5, runs: 11, over: .days(10), pause: .days(1)) == UsualRows.fewest)
        #expect(limit(0, runs: 11, over: .days(10), pause: .days(1)) == UsualRows.fewest)
        #expect(limit(0, runs: 11, over: .days(10), pause: .days(4)) == 4 * UsualRows.fewest)
    }
}
