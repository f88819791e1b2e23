/// Cron the slow way, for comparison: days are counted one by one from a Thursday, 1 January 1970, minutes are looked at one by
/// one, and a field is asked of each number whether it names it. Shares nothing with the code under test.
struct CronOracle {
    private let minutesOfDay: [Int]
    private let isDay: (_ dayOfMonth: Int, _ month: Int, _ weekday: Int) -> Bool

    /// - Parameter text: five fields without a mistake.
    init(_ text: String) {
        let fields = text.lowercased().split(separator: " ").map(String.init)
        let minutes = (0...59).map { CronOracle.field(fields[0], 0...59, names($0, in: [])) }
        let hours = (0...23).map { CronOracle.field(fields[1], 0...23, names($0, in: [])) }
        let daysOfMonth = (0...31).map { CronOracle.field(fields[2], 1...31, names($0, in: [])) }
        let months = (0...12).map { CronOracle.field(fields[3], 1...12, names($0, in: CronOracle.months)) }
        let weekdays = (0...6).map { day in
            let name = CronOracle.weekdays[day]
            // Sunday may be meant by 0 and by 7, and ends a range as 7.
            return CronOracle.field(fields[4], 0...6, [(day, name)] + (day == 0 ? [(7, name)] : []))
        }
        let both = fields[2].first == "*" || fields[4].first == "*"
        minutesOfDay = (0..<1440).filter { hours[$0 / 60] && minutes[$0 % 60] }
        isDay = { dayOfMonth, month, weekday in
            let inMonth = daysOfMonth[dayOfMonth]
            let inWeek = weekdays[weekday]
            return months[month] && (both ? inMonth && inWeek : inMonth || inWeek)
        }
    }

    /// The first slots from the beginning of `year`, at most `limit` and none after `years` years, in minutes since 1970.
    func slots(from year: Int, years: Int, limit: Int) -> [Int] {
        var slots: [Int] = []
        for day in days(from: year, years: years) {
            for minute in minutesOfDay {
                slots.append(day * 1440 + minute)
                if slots.count == limit { return slots }
            }
        }
        return slots
    }

    /// The shortest and the longest distance between slots within a whole cycle of the calendar and one year more, in minutes.
    func gaps() -> (shortest: Int, longest: Int) {
        var shortest = Int.max
        var longest = 0
        var previous: Int?
        let pairs = zip(minutesOfDay, minutesOfDay.dropFirst()).map { $1 - $0 }
        func see(_ gap: Int) {
            shortest = min(shortest, gap)
            longest = max(longest, gap)
        }
        pairs.forEach(see)
        // A schedule of leap days that are Sundays comes forty years apart at the most.
        for day in days(from: 1970, years: 441) {
            if let previous { see((day - previous) * 1440 + minutesOfDay[0] - minutesOfDay[minutesOfDay.count - 1]) }
            previous = day
        }
        return (shortest, longest)
    }

    private func days(from first: Int, years: Int) -> [Int] {
        var found: [Int] = []
        var day = 0
        var weekday = 4
        for year in 1970..<first + years {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for dayOfMonth in 1...length {
                    if year >= first, isDay(dayOfMonth, index + 1, weekday) { found.append(day) }
                    day += 1
                    weekday = weekday == 6 ? 0 : weekday + 1
                }
            }
        }
        return found
    }

    private static let months = [
        "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// Whether a field names a number that is written in one of these ways.
    private static func field(_ text: String, _ all: ClosedRange<Int>, _ ways: [(number: Int, name: String)]) -> Bool {
        text.split(separator: ",").contains { item in
            let parts = item.split(separator: "/")
            let step = parts.count == 2 ? Int(parts[1])! : 1
            let ends = parts[0].split(separator: "-").map(String.init)
            return ways.contains { way in
                if ends[0] == "*" { return all.contains(way.number) && (way.number - all.lowerBound) % step == 0 }
                if ends.count == 1 { return Int(ends[0]) == way.number || ends[0] == way.name }
                let first = number(ends[0])
                let last = ends[1] == "sun" && first > 0 ? 7 : number(ends[1])
                return way.number >= first && way.number <= last && (way.number - first) % step == 0
            }
        }
    }

    private static func number(_ text: String) -> Int {
        Int(text) ?? months.firstIndex(of: text) ?? weekdays.firstIndex(of: text)!
    }
}

private func names(_ number: Int, in names: [String]) -> [(number: Int, name: String)] {
    [(number, number < names.count ? names[number] : "")]
}
