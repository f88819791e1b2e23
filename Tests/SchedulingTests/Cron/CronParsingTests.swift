import Testing

@testable import Scheduling

@Suite("Cron expressions: what may be written")
struct CronParsingTests {
    static let fields: [(CronField, String, [Int])] = [
        (.minute, "*", Array(0...59)), (.minute, "0", [0]), (.minute, "59", [59]), (.minute, "05", [5]),
        (.minute, "1,2,58", [1, 2, 58]), (.minute, "58,1,1", [1, 58]), (.minute, "10-13", [10, 11, 12, 13]),
        (.minute, "7-7", [7]), (.minute, "*/15", [0, 15, 30, 45]), (.minute, "*/60", [0]),
        (.minute, "*/1", Array(0...59)),
        (.minute, "*/25", [0, 25, 50]), (.minute, "1-30/7", [1, 8, 15, 22, 29]), (.minute, "50-59/60", [50]),
        (.minute, "0-4/2,30,*/20", [0, 2, 4, 20, 30, 40]),
        (.hour, "*", Array(0...23)), (.hour, "23", [23]), (.hour, "22-23", [22, 23]), (.hour, "*/24", [0]),
        (.hour, "*/7", [0, 7, 14, 21]),
        (.dayOfMonth, "*", Array(1...31)), (.dayOfMonth, "1", [1]), (.dayOfMonth, "31", [31]),
        (.dayOfMonth, "*/10", [1, 11, 21, 31]), (.dayOfMonth, "2-31/10", [2, 12, 22]),
        (.month, "*", Array(1...12)), (.month, "jan", [1]), (.month, "DEC", [12]), (.month, "Feb-apr", [2, 3, 4]),
        (.month, "jan-12/4", [1, 5, 9]), (.month, "1,mar,sep-OCT", [1, 3, 9, 10]), (.month, "*/5", [1, 6, 11]),
        (.month, "may,jun,jul,aug,nov", [5, 6, 7, 8, 11]),
        (.dayOfWeek, "*", Array(0...6)), (.dayOfWeek, "0", [0]), (.dayOfWeek, "7", [0]), (.dayOfWeek, "0,7", [0]),
        (.dayOfWeek, "0-7", Array(0...6)), (.dayOfWeek, "5-7", [0, 5, 6]), (.dayOfWeek, "1-5", [1, 2, 3, 4, 5]),
        (.dayOfWeek, "sun", [0]), (.dayOfWeek, "Mon,WED,fri", [1, 3, 5]), (.dayOfWeek, "tue-thu", [2, 3, 4]),
        (.dayOfWeek, "sat-sun", [0, 6]), (.dayOfWeek, "sun-tue", [0, 1, 2]), (.dayOfWeek, "sun-sun", [0]),
        (.dayOfWeek, "6-SUN", [0, 6]), (.dayOfWeek, "7-sun", [0]), (.dayOfWeek, "fri-sun/2", [0, 5]),
        (.dayOfWeek, "*/2", [0, 2, 4, 6]), (.dayOfWeek, "*/7", [0]), (.dayOfWeek, "1-7/3", [0, 1, 4]),
    ]

    @Test("every form of a field", arguments: fields)
    func forms(_ field: CronField, _ text: String, _ numbers: [Int]) throws {
        let bits = try CronFieldParser(field: field).numbers(in: text[...])
        #expect((0..<64).filter { bits & (1 << UInt64($0)) != 0 } == numbers)
    }

    static let mistakes: [(String, String)] = [
        ("", "needs five fields (minute hour day-of-month month day-of-week), got 0"),
        ("* * * *", "needs five fields (minute hour day-of-month month day-of-week), got 4"),
        ("* * * * * *", "needs five fields (minute hour day-of-month month day-of-week), got 6"),
        ("@daily", "needs five fields (minute hour day-of-month month day-of-week), got 1"),
        ("60 * * * *", "minute: 60 is not between 0 and 59"), ("* 24 * * *", "hour: 24 is not between 0 and 23"),
        ("* * 0 * *", "day-of-month: 0 is not between 1 and 31"),
        ("* * 32 * *", "day-of-month: 32 is not between 1 and 31"),
        ("* * * 0 *", "month: 0 is not between 1 and 12"), ("* * * 13 *", "month: 13 is not between 1 and 12"),
        ("* * * * 8", "day-of-week: 8 is not between 0 and 7"), ("0-60 * * * *", "minute: 60 is not between 0 and 59"),
        ("99999999999999999999 * * * *", "minute: 99999999999999999999 is not between 0 and 59"),
        ("one * * * *", "minute: \"one\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("+5 * * * *", "minute: \"+5\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("-5 * * * *", "minute: \"-5\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("5- * * * *", "minute: \"5-\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("1-5-9 * * * *", "minute: \"1-5-9\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("*-5 * * * *", "minute: \"*-5\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("** * * * *", "minute: \"**\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("? * * * *", "minute: \"?\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("1,,2 * * * *", "minute: \"\" is not a number between 0 and 59, *, or a list, range or step of them"),
        (", * * * *", "minute: \"\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("/5 * * * *", "minute: \"/5\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("٣ * * * *", "minute: \"٣\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("jan * * * *", "minute: \"jan\" is not a number between 0 and 59, *, or a list, range or step of them"),
        ("* * L * *", "day-of-month: \"L\" is not a number between 1 and 31, *, or a list, range or step of them"),
        (
            "* * * january *",
            "month: \"january\" is not a number between 1 and 12, a name (jan, feb, mar, apr, may, jun, jul, aug, sep, oct, "
                + "nov, dec), *, or a list, range or step of them"
        ),
        (
            "* * * * 5#2",
            "day-of-week: \"5#2\" is not a number between 0 and 7, a name (sun, mon, tue, wed, thu, fri, sat), *, or a list, "
                + "range or step of them"
        ),
        ("30-10 * * * *", "minute: 30-10 runs backwards"), ("* 23-1/2 * * *", "hour: 23-1 runs backwards"),
        ("* * * nov-feb *", "month: nov-feb runs backwards"),
        ("* * * * fri-mon", "day-of-week: fri-mon runs backwards; at the end of a range Sunday is 7"),
        ("* * * * 6-0", "day-of-week: 6-0 runs backwards; at the end of a range Sunday is 7"),
        ("*/0 * * * *", "minute: step \"0\" is not a number between 1 and 60"),
        ("*/61 * * * *", "minute: step \"61\" is not a number between 1 and 60"),
        ("*/ * * * *", "minute: step \"\" is not a number between 1 and 60"),
        ("*/5/2 * * * *", "minute: step \"5/2\" is not a number between 1 and 60"),
        ("*/-5 * * * *", "minute: step \"-5\" is not a number between 1 and 60"),
        ("*/99999999999999999999 * * * *", "minute: step \"99999999999999999999\" is not a number between 1 and 60"),
        ("* */25 * * *", "hour: step \"25\" is not a number between 1 and 24"),
        ("* * */32 * *", "day-of-month: step \"32\" is not a number between 1 and 31"),
        ("* * * 1-6/x *", "month: step \"x\" is not a number between 1 and 12"),
        ("* * * * */8", "day-of-week: step \"8\" is not a number between 1 and 7"),
        ("5/10 * * * *", "minute: 5/10 means 5 to some crons and 5-59/10 to others; write the one you mean"),
        ("* * * * mon/2", "day-of-week: mon/2 means mon to some crons and mon-6/2 to others; write the one you mean"),
        ("0 0 30 2 *", "0 0 30 2 * never comes true: there is no such date"),
        ("0 0 31 feb *", "0 0 31 feb * never comes true: there is no such date"),
        ("0  0 31 4,6,9,11 *", "0 0 31 4,6,9,11 * never comes true: there is no such date"),
        ("0 0 30-31 2 */1", "0 0 30-31 2 */1 never comes true: there is no such date"),
    ]

    @Test("a mistake is named with its field, what was wrong and what may be written", arguments: mistakes)
    func mistake(_ text: String, _ message: String) {
        #expect(Result { try CronExpression(parsing: text) }.failureText == message)
    }

    static let possible = ["0 0 29 2 *", "0 0 29 feb */7", "0 0 30 2 mon", "0 0 31 4,5 *", "59 23 31 12 sun"]

    @Test("a date that comes now and then is no mistake", arguments: possible)
    func rare(_ text: String) {
        #expect(Result { try CronExpression(parsing: text) }.failureText == nil)
    }

    @Test("blanks between the fields are one blank each in what is shown")
    func blanks() throws {
        let expression = try CronExpression(parsing: "  */5\t3   1-7 \n JAN  mon ")
        #expect(expression.text == "*/5 3 1-7 JAN mon")
        #expect(expression.description == "*/5 3 1-7 JAN mon")
    }
}

extension Result where Failure == any Error {
    /// What the error says; nil without one.
    fileprivate var failureText: String? {
        if case .failure(let error) = self { "\(error)" } else { nil }
    }
}
