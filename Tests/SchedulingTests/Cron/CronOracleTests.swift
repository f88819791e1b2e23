import CivilTime
import Testing

@testable import Scheduling

@Suite("Cron against a search through all minutes")
struct CronOracleTests {
    static let expressions = [
        "* * * * *", "*/7 * * * *", "0 * * * *", "59 23 * * *", "0 0 * * *", "0 3 * * *", "30 2,14 * * *",
        "1-30/7 8-17/3 * * *", "15,45 */5 1 * *", "0 0 31 * *", "0 0 30 * *", "0 0 29 2 *", "0 12 28-31 feb *",
        "0 0 1,15 * mon", "0 0 13 * fri", "0 0 */2 * mon", "0 0 1-7 * */7", "0 0 * * sat-sun", "5 4 * * sun",
        "0 22 * * 1-5", "0 0 31 12 *", "59 23 31 12 sun", "0 0 1 1 *", "0 0 29 2 */7", "0 6 30 2 mon", "0 0 * */5 5-7",
        "0 0 31 jan,mar-may/2,DEC 3", "10-20/5,40 0-2,22 10-20 6-8 *",
    ]

    /// Expressions of every form, the same in every run.
    static let drawn: [String] = {
        var random = SeededGenerator(seed: 20_260_302)
        func item(_ all: ClosedRange<Int>, _ names: [String]) -> String {
            func number() -> (Int, String) {
                let number = Int.random(in: all, using: &random)
                let isNamed = !names.isEmpty && Bool.random(using: &random) && number - all.lowerBound < names.count
                return (number, isNamed ? names[number - all.lowerBound] : String(number))
            }
            func step() -> String { "/\(Int.random(in: 1...min(12, all.count - 1), using: &random))" }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: return "*" + step()
            case 1, 2: return number().1
            default:
                let ends = [number(), number()].sorted { $0.0 < $1.0 }
                // A Sunday's name ends a range as 7.
                let last = ends[1].0 == 7 && all.upperBound == 7 ? "sun" : ends[1].1
                return "\(ends[0].1)-\(last)" + (Bool.random(using: &random) ? step() : "")
            }
        }
        func field(_ all: ClosedRange<Int>, _ names: [String] = []) -> String {
            if Int.random(in: 0..<3, using: &random) == 0 { return "*" }
            return (0...Int.random(in: 0...2, using: &random)).map { _ in item(all, names) }.joined(separator: ",")
        }
        return (0..<150).map { _ in
            [
                field(0...59), field(0...23), field(1...31), field(1...12, CronField.month.names),
                field(0...7, CronField.dayOfWeek.names),
            ].joined(separator: " ")
        }
    }()

    @Test("the slots come one after the other, none left out and none besides", arguments: expressions + drawn)
    func slots(_ text: String) throws {
        let oracle = CronOracle(text).slots(from: 1999, years: 41, limit: 400)
        guard !oracle.isEmpty else {
            #expect(throws: CronError.neverTrue(text)) { try CronExpression(parsing: text) }
            return
        }
        let expression = try CronExpression(parsing: text)
        var moment = Timestamp(microseconds: utc("1999-01-01 00:00").microseconds - 1)
        var slots: [Int] = []
        while slots.count < oracle.count {
            moment = expression.next(after: moment)
            slots.append(Int(moment.microseconds / 60_000_000))
        }
        #expect(slots == oracle)
    }

    @Test("from any moment the next slot is the first later one", arguments: expressions)
    func next(_ text: String) throws {
        let expression = try CronExpression(parsing: text)
        let oracle = CronOracle(text).slots(from: 2023, years: 45, limit: 3000)
        let first = utc("2023-01-01 00:00").microseconds
        let last = Int64(oracle[oracle.count - 1]) * 60_000_000 - 1
        var random = SeededGenerator(seed: 7)
        for _ in 0..<40 {
            let moment = Int64.random(in: first...last, using: &random)
            let expected = oracle.first { Int64($0) * 60_000_000 > moment }
            #expect(
                expression.next(after: Timestamp(microseconds: moment)).microseconds / 60_000_000
                    == expected.map(Int64.init))
        }
        // On a slot itself, and to either side of it.
        for (slot, following) in zip(oracle, oracle.dropFirst()).prefix(50) {
            let moment = Int64(slot) * 60_000_000
            #expect(expression.next(after: Timestamp(microseconds: moment - 1)).microseconds == moment)
            #expect(
                expression.next(after: Timestamp(microseconds: moment)).microseconds == Int64(following) * 60_000_000)
            #expect(
                expression.next(after: Timestamp(microseconds: moment + 1)).microseconds == Int64(following)
                    * 60_000_000
            )
        }
    }

    @Test("the shortest and the longest gap are those of 400 years of slots", arguments: expressions)
    func gaps(_ text: String) throws {
        let expression = try CronExpression(parsing: text)
        let expected = CronOracle(text).gaps()
        #expect(expression.shortestGap == .seconds(expected.shortest * 60))
        #expect(expression.longestGap == .seconds(expected.longest * 60))
    }
}
