import CivilTime
import Testing

@Suite("Calendar dates")
struct CivilDateTests {
    @Test("every day from year 0 to 9999 goes to an instant and back, one day after the other")
    func everyDay() {
        var expected: Int64 = -62_167_219_200
        var wrong: [String] = []
        for year in 0...9999 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    let date = CivilDate(year: year, month: index + 1, day: day)
                    if date?.asUTC.microseconds != expected * 1_000_000 || date.map({ CivilDate($0.asUTC) }) != date {
                        wrong.append("\(year)-\(index + 1)-\(day)")
                    }
                    expected += 86_400
                }
                if CivilDate(year: year, month: index + 1, day: length + 1) != nil {
                    wrong.append("\(year)-\(index + 1) long")
                }
            }
        }
        #expect(wrong == [])
    }

    @Test("every part of the time of day goes to an instant and back, before and after 1970", arguments: [1969, 2026])
    func timeOfDay(_ year: Int) throws {
        for second in stride(from: 0, to: 86_400, by: 617) {
            let date = try #require(
                CivilDate(
                    year: year, month: 12, day: 31, hour: second / 3600, minute: second / 60 % 60, second: second % 60,
                    microsecond: second * 11))
            #expect(CivilDate(date.asUTC) == date)
        }
    }

    static let impossible: [(Int, Int, Int, Int, Int, Int, Int)] = [
        (-1, 1, 1, 0, 0, 0, 0), (10_000, 1, 1, 0, 0, 0, 0), (2025, 0, 1, 0, 0, 0, 0), (2025, 13, 1, 0, 0, 0, 0),
        (2025, 1, 0, 0, 0, 0, 0), (2025, 2, 29, 0, 0, 0, 0), (2025, 1, 1, 24, 0, 0, 0), (2025, 1, 1, -1, 0, 0, 0),
        (2025, 1, 1, 0, 60, 0, 0), (2025, 1, 1, 0, 0, 60, 0), (2025, 1, 1, 0, 0, 0, 1_000_000),
    ]

    @Test(
        "fields out of range are refused",
        arguments: impossible)
    func outOfRange(_ fields: (Int, Int, Int, Int, Int, Int, Int)) {
        #expect(
            CivilDate(
                year: fields.0, month: fields.1, day: fields.2, hour: fields.3, minute: fields.4, second: fields.5,
                microsecond: fields.6) == nil)
    }
}
