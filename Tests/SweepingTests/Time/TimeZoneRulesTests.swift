import Foundation
import Sweeping
import Testing

@Suite("Time zones")
struct TimeZoneRulesTests {
    private static func zone(_ name: String) throws -> TimeZoneRules {
        try TimeZoneRules(named: name) { FileManager.default.contents(atPath: $0).map(Array.init) }
    }

    private static func instant(_ text: String) throws -> Timestamp {
        try #require(Timestamp(reading: text))
    }

    /// Moments around changes of the clock, near and far, and the offset in hours.
    static let offsets: [(zone: String, moment: String, hours: Double)] = [
        ("Europe/Berlin", "2025-03-30T00:59:59Z", 1), ("Europe/Berlin", "2025-03-30T01:00:00Z", 2),
        ("Europe/Berlin", "2025-10-26T00:59:59Z", 2), ("Europe/Berlin", "2025-10-26T01:00:00Z", 1),
        ("Europe/Berlin", "2061-07-01T00:00:00Z", 2), ("Europe/Berlin", "2061-12-01T00:00:00Z", 1),
        ("America/Los_Angeles", "2024-03-10T09:59:59Z", -8), ("America/Los_Angeles", "2024-03-10T10:00:00Z", -7),
        ("America/Los_Angeles", "2099-07-01T00:00:00Z", -7), ("Australia/Lord_Howe", "2025-07-01T00:00:00Z", 10.5),
        ("Australia/Lord_Howe", "2025-12-01T00:00:00Z", 11), ("Asia/Kathmandu", "2025-01-01T00:00:00Z", 5.75),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", -10), ("Pacific/Apia", "2011-12-30T10:00:00Z", 14),
        ("Europe/Dublin", "2025-01-01T00:00:00Z", 0), ("Europe/Dublin", "2050-07-01T00:00:00Z", 1),
        ("Asia/Tokyo", "2050-07-01T00:00:00Z", 9), ("UTC", "2025-07-01T00:00:00Z", 0),
        ("Etc/GMT+8", "2030-01-01T00:00:00Z", -8),
    ]

    @Test("a clock's offset, before and after it is changed, in years to come too", arguments: offsets)
    func offset(_ zone: String, _ moment: String, _ hours: Double) throws {
        #expect(try Self.zone(zone).offset(at: Self.instant(moment)) == Int(hours * 3600))
    }

    /// Local times, and the moment that each means.
    static let locals: [(zone: String, local: String, moment: String)] = [
        ("Europe/Berlin", "2025-07-01 12:00:00", "2025-07-01T10:00:00Z"),
        ("Europe/Berlin", "2025-03-30 01:59:59", "2025-03-30T00:59:59Z"),
        ("Europe/Berlin", "2025-03-30 03:00:00", "2025-03-30T01:00:00Z"),
        // The clock jumps over it, or shows it twice: the later moment.
        ("Europe/Berlin", "2025-03-30 02:30:00", "2025-03-30T01:30:00Z"),
        ("Europe/Berlin", "2025-10-26 02:30:00", "2025-10-26T01:30:00Z"),
        ("Europe/Berlin", "2025-10-26 01:59:59", "2025-10-25T23:59:59Z"),
        ("Europe/Berlin", "2025-10-26 03:00:00", "2025-10-26T02:00:00Z"),
        ("America/Los_Angeles", "2025-11-02 01:30:00", "2025-11-02T09:30:00Z"),
        ("America/Los_Angeles", "2025-03-09 02:30:00", "2025-03-09T10:30:00Z"),
        ("Australia/Lord_Howe", "2025-04-06 01:45:00", "2025-04-05T15:15:00Z"),
        ("Pacific/Apia", "2011-12-30 12:00:00", "2011-12-30T22:00:00Z"),
    ]

    @Test("a local time means the moment at which the clock showed it, in doubt the later one", arguments: locals)
    func local(_ zone: String, _ local: String, _ moment: String) throws {
        let written = try #require(WrittenTime(local))
        #expect(try written.instant(in: Self.zone(zone)) == Self.instant(moment))
    }

    @Test(
        "from a moment to the clock and back, every half hour of four years: never earlier, and later only by what the clock was set back",
        arguments: [
            "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll",
        ])
    func thereAndBack(_ name: String) throws {
        let zone = try Self.zone(name)
        let start = try Self.instant("2023-01-01T00:00:00Z")
        var wrong: [String] = []
        var ambiguous = 0
        for step in 0..<(4 * 365 * 48) {
            let instant = start + .minutes(30 * step)
            let back = zone.instant(ofLocal: zone.local(instant))
            if back != instant { ambiguous += 1 }
            if back < instant || back - instant > zone.largestSetBack { wrong.append(instant.rfc3339) }
        }
        #expect(wrong == [])
        #expect((1...40).contains(ambiguous))
    }

    static let setBacks: [(String, Duration)] = [
        ("UTC", .zero), ("Etc/GMT+8", .zero), ("Europe/Berlin", .hours(1)), ("Australia/Lord_Howe", .minutes(30)),
        ("Antarctica/Casey", .hours(3)),
    ]

    @Test("how far a clock is set back at most", arguments: setBacks)
    func setBack(_ name: String, _ most: Duration) throws {
        #expect(try Self.zone(name).largestSetBack == most)
    }

    @Test(
        "a fixed offset is the same at every moment, and called after itself",
        arguments: [
            (0, "UTC"), (19_800, "+05:30"), (-12_600, "-03:30"), (-28_800, "-08:00"),
        ])
    func fixed(_ seconds: Int, _ name: String) throws {
        let zone = TimeZoneRules(secondsAhead: seconds)
        #expect(zone.name == name)
        #expect(try zone.offset(at: Self.instant("2025-07-01T00:00:00Z")) == seconds)
        #expect(try zone.offset(at: Self.instant("1999-01-01T00:00:00Z")) == seconds)
    }

    @Test(
        "what is no zone is refused",
        arguments: [
            "", "Mars/Phobos", "../../../etc/passwd", "/etc/localtime", "Europe/Berlin\0", "8", "zone1970.tab",
            "Europe",
            "Europe/../UTC",
        ])
    func refused(_ name: String) {
        #expect(throws: TimeZoneError.self) { try Self.zone(name) }
    }

    @Test("a file of zones that was cut off or changed anywhere is refused or read, and never a trap")
    func damaged() throws {
        let path = "\(TimeZoneRules.directory)/Europe/Berlin"
        let bytes = try #require(FileManager.default.contents(atPath: path).map(Array.init))
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 7)
        where TimeZoneRules(name: "x", file: Array(bytes[..<length])) == nil {
            refused += 1
        }
        #expect(refused == (bytes.count + 6) / 7)
        for position in bytes.indices {
            for flip: UInt8 in [0x01, 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= flip
                let zone = TimeZoneRules(name: "x", file: changed)
                _ = zone?.offset(at: Timestamp(microseconds: 1_700_000_000_000_000))
                if let zone, let date = CivilDate(year: 2025, month: 3, day: 30, hour: 2) {
                    _ = zone.instant(ofLocal: date)
                }
            }
        }
    }
}
