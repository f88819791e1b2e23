import Testing

@testable import CivilTime

@Suite("The calendar")
struct CivilMonthTests {
    @Test("every day from 1500 to 2500 has its number, its month and its weekday")
    func everyDay() {
        var wrong: [String] = []
        // 1 January 1500 was a Monday of the proleptic Gregorian calendar, 171,664 days before 1970.
        var number = -171_664
        var weekday = 1
        for year in 1500...2500 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                let month = CivilMonth(year: year, month: index + 1)
                if month.firstDayNumber != number || month.length != length { wrong.append("\(month)") }
                if month.next
                    != (index == 11 ? CivilMonth(year: year + 1, month: 1) : CivilMonth(year: year, month: index + 2))
                {
                    wrong.append("after \(month)")
                }
                for day in 1...length {
                    if CivilMonth.holding(dayNumber: number) != (month, day) { wrong.append("\(month) \(day)") }
                    if CivilMonth.weekday(ofDayNumber: number) != weekday { wrong.append("weekday of \(month) \(day)") }
                    number += 1
                    weekday = (weekday + 1) % 7
                }
            }
        }
        #expect(wrong == [])
        #expect(CivilMonth(year: 1970, month: 1).firstDayNumber == 0)
    }
}
