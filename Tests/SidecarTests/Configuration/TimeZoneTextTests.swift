import Foundation
import Sweeping
import Testing

@testable import Sidecar

@Suite struct TimeZoneTextTests {
    static let good: [(text: String, zone: TimeZoneRules, shown: String)] = [
        ("UTC", .utc, "UTC"), ("Z", .utc, "UTC"), ("+00:00", .utc, "UTC"), ("-00", .utc, "UTC"),
        ("+02", TimeZoneRules(secondsAhead: 7200), "+02:00"), ("+0200", TimeZoneRules(secondsAhead: 7200), "+02:00"),
        ("-03:30", TimeZoneRules(secondsAhead: -12_600), "-03:30"),
        ("+14:00", TimeZoneRules(secondsAhead: 50_400), "+14:00"),
        ("Europe/Berlin", place("Europe/Berlin"), "Europe/Berlin"),
        (
            "America/Argentina/Buenos_Aires", place("America/Argentina/Buenos_Aires"),
            "America/Argentina/Buenos_Aires"
        ),
    ]

    private static func place(_ name: String) -> TimeZoneRules {
        let zone = try? TimeZoneRules(named: name) { FileManager.default.contents(atPath: $0).map(Array.init) }
        return zone ?? .utc
    }

    @Test(arguments: good) func isRead(_ good: (text: String, zone: TimeZoneRules, shown: String)) throws {
        #expect(try TimeZoneText.parse(good.text) == good.zone)
        #expect(good.zone.name == good.shown)
        #expect(try TimeZoneText.parse(good.shown) == good.zone)
        for file in ["time_zone: \(good.text)", "time_zone: \"\(good.text)\""] {
            #expect(try Loading(file).load().timeZone == good.zone)
        }
    }

    private static let advice = "write UTC, a name such as Europe/Berlin, or an offset such as +02:00"
    static let wrong = [
        ("utc", "'utc' is no time zone; \(advice)"), ("EST", "'EST' is no time zone; \(advice)"),
        ("7200", "'7200' is no time zone; \(advice)"), ("local", "'local' is no time zone; \(advice)"),
        ("Europe/Berlni", "'Europe/Berlni' is no time zone; did you mean 'Europe/Berlin'?"),
        ("europe/berlin", "'europe/berlin' is no time zone; did you mean 'Europe/Berlin'?"),
        ("+2", "'+2' is no offset; write one such as +02:00 or -0330"),
        ("+14:01", "'+14:01' is no offset; write one such as +02:00 or -0330"),
        ("+02:60", "'+02:60' is no offset; write one such as +02:00 or -0330"),
        ("+02:00 ", "'+02:00 ' is no offset; write one such as +02:00 or -0330"),
    ]

    @Test(arguments: wrong) func isRefused(_ text: String, _ problem: String) {
        #expect(Loading("time_zone: '\(text)'").problems == ["jobsweep.yml:1: time_zone: \(problem)"])
    }
}
