import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("Old rows through the index")
struct TimeRangeTests {
    /// The cutoff of these tests: 2025-12-03T12:00:00Z.
    static let cutoff = ApplicationDatabase.now - .days(30)

    static let separators = [" ", "T", "t"]
    static let zones: [(mark: String, seconds: Int)] = [
        ("", 0), ("Z", 0), ("z", 0), ("+00:00", 0), ("+02:00", 7200), ("-08:00", -28800), ("+0530", 19800),
        ("+14", 50400),
        ("-12:00", -43200), ("+23:59", 86340), ("-23:59", -86340), (" +09:00", 32400),
    ]
    /// Microseconds from the cutoff: a tick, a second, some hours, around a day and two.
    static let distances: [Int64] = [
        0, 1, 999_999, 1_000_000, 3_600_000_000, 43_200_000_000, 86_399_999_999, 86_400_000_001, 180_000_000_000,
    ]

    /// Each instant around the cutoff in each form, with whether it is old.
    static let forms: [(text: String, isOld: Bool)] = distances.flatMap { distance in
        [distance, -distance].flatMap { shift in
            separators.flatMap { separator in
                zones.flatMap { zone in
                    let instant = Timestamp(microseconds: cutoff.microseconds + shift)
                    let local = (instant + .seconds(zone.seconds)).plain.replacing(" ", with: separator)
                    return [(local + zone.mark, shift < 0)]
                }
            }
        }
    }

    @Test(
        "every form on either side of the cutoff is told apart, with the index and without", arguments: [true, false])
    func everyForm(_ indexed: Bool) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + (indexed ? Tables.jobIndexes : "") + Tables.downloads + Tables.plans)
        for (index, form) in Self.forms.enumerated() {
            try database.insertJob("\(form.isOld ? "old" : "young")-\(index)", completed: form.text)
        }
        let report = try await database.sweep([.oldJobs])
        #expect(report.rowsChanged(by: .oldJobs) == Self.forms.count { $0.isOld })
        #expect(try database.strings("SELECT id || ' ' || completed_at FROM job WHERE id LIKE 'old%'") == [])
        #expect(try database.jobIDs.count == Self.forms.count { !$0.isOld })
    }

    @Test("values that can't be read are reported with the index as without", arguments: [true, false])
    func unreadable(_ indexed: Bool) async throws {
        let database = try ApplicationDatabase(
            schema: Tables.job + (indexed ? Tables.jobIndexes : "") + Tables.downloads + Tables.plans)
        let values = [
            "", " ", "17", "never", "n/a", "01.02.2020 10:00:00", "31/12/2020", "2020-13-45 00:00:00",
            "2020-01-01 25:00:00",
            "2025-12-03 11:59:59 UTC", "１２", "~", "99999-01-01",
        ]
        for (index, value) in values.enumerated() { try database.insertJob("u\(index)", completed: value) }
        try database.insertJob("null")
        try database.insertOldJob("old")
        let report = try await database.sweepBothWays([.oldJobs])
        #expect(report.results[.oldJobs]?.skipped == [.unreadable: values.count])
        #expect(try database.jobIDs.count == values.count + 1)
    }

    @Test("young rows in the plain form are never fetched, and of others only those of the next days")
    func proportion() async throws {
        let database = try ApplicationDatabase()
        for day in 0..<29 {
            try database.insertJob("plain\(day)", completed: Timestamp.ago(.days(day)).plain)
            try database.insertJob(
                "zone\(day)", completed: Timestamp.ago(.days(day)).plain.replacing(" ", with: "T") + "Z")
        }
        try database.insertOldJob("old")
        let rows = try await withSession(of: database.store()) { session in
            try await allRows { try await session.finishedJobs(before: Self.cutoff, after: $0, limit: $1) }
        }
        #expect(rows.map(\.record.id).sorted() == ["old"])
    }

    @Test(
        "cutoffs at the ends of the calendar are no trouble", arguments: [0, 30, 365_000, 730_000, 740_000, 3_000_000])
    func extremes(_ days: Int) async throws {
        var settings = SettingValues()
        settings[OldJobs.keep] = .days(days)
        let policy = SweepPolicy(settings)
        let database = try ApplicationDatabase()
        for (index, time) in [
            "0000-01-01 00:00:00", "1990-01-01T00:00:00Z", "2020-01-01 00:00:00", "9999-12-31 23:59:59",
        ].enumerated() {
            try database.insertJob("j\(index)", completed: time)
        }
        let report = try await database.sweep([.oldJobs], policy: policy)
        let cutoff = ApplicationDatabase.now - .days(days)
        let expected = ["0000-01-01", "1990-01-01", "2020-01-01", "9999-12-31"].count { text in
            Timestamp(reading: text).map { $0 < cutoff && $0 >= StoredTime.unsetBefore } ?? false
        }
        #expect(report.rowsChanged(by: .oldJobs) == expected)
        #expect(report.status == .completed)
    }
}
