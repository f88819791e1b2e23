/// Why a time zone can't be used.
package struct TimeZoneError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

extension TimeZoneRules {
    /// Where Linux keeps its zones, one file each.
    package static let directory = "/usr/share/zoneinfo"

    /// The place's zone, such as `Europe/Berlin`.
    /// - Parameter read: gives the bytes of the file at a path; nil when there is none.
    /// - Throws: `TimeZoneError` that says what is wrong.
    package init(named name: String, readingFile read: (String) -> [UInt8]?) throws(TimeZoneError) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "+"):
                true
            default: false
            }
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("/") else {
            throw TimeZoneError("'\(name)' is no time zone")
        }
        let path = "\(TimeZoneRules.directory)/\(name)"
        guard let bytes = read(path) else {
            throw TimeZoneError("there is no time zone at \(path): the package tzdata has them")
        }
        guard let rules = TimeZoneRules(name: name, file: bytes) else {
            throw TimeZoneError("\(path) is no time zone that can be read")
        }
        self = rules
    }

    /// Reads a zone's file (RFC 8536). Nil when it isn't one.
    package init?(name: String, file bytes: [UInt8]) {
        guard let old = TimeZoneBlock(bytes, at: 0, timeWidth: 4) else { return nil }
        guard old.version >= UInt8(ascii: "2") else {
            guard let transitions = old.transitions(in: bytes) else { return nil }
            self.init(name: name, first: transitions.first, transitions: transitions.list)
            return
        }
        // Newer files repeat themselves with 64 bits for each time, and end with the rule for the years to come.
        guard let block = TimeZoneBlock(bytes, at: old.end, timeWidth: 8),
            var (first, list) = block.transitions(in: bytes),
            block.end < bytes.count, bytes[block.end] == UInt8(ascii: "\n"),
            let close = bytes[(block.end + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        let footer = String(decoding: bytes[(block.end + 1)..<close], as: UTF8.self)
        if !footer.isEmpty {
            guard let rule = DaylightRule(footer) else { return nil }
            if list.isEmpty { first = rule.standard }
            let last = list.last?.unixSeconds ?? Int64.min
            list += rule.transitions().filter { $0.unixSeconds > last }
        }
        self.init(name: name, first: first, transitions: list)
    }
}

/// One of the data blocks of a zone's file: a header of 44 bytes, and lists whose lengths it gives.
private struct TimeZoneBlock {
    private static let headerLength = 44

    let version: UInt8
    let end: Int
    private let start: Int
    private let timeWidth: Int
    private let timeCount: Int
    private let typeCount: Int

    init?(_ bytes: [UInt8], at start: Int, timeWidth: Int) {
        let header = start + Self.headerLength
        guard bytes.count >= header, Array(bytes[start..<start + 4]) == Array("TZif".utf8) else { return nil }
        version = bytes[start + 4]
        let counts = (0..<6).map { Int(truncatingIfNeeded: number(bytes, at: start + 20 + 4 * $0, width: 4)) }
        // No zone has more; the sums below can't overflow.
        guard counts.allSatisfy({ (0...100_000).contains($0) }) else { return nil }
        let (universal, standard, leaps) = (counts[0], counts[1], counts[2])
        timeCount = counts[3]
        typeCount = counts[4]
        let lists = timeCount * (timeWidth + 1) + typeCount * 6 + counts[5]
        end = header + lists + leaps * (timeWidth + 4) + standard + universal
        guard end <= bytes.count, typeCount > 0 else { return nil }
        self.start = header
        self.timeWidth = timeWidth
    }

    func transitions(in bytes: [UInt8]) -> (first: Int, list: [TimeZoneRules.Transition])? {
        let types = start + timeCount * timeWidth
        let descriptions = types + timeCount
        let offsets = (0..<typeCount).map { Int(number(bytes, at: descriptions + 6 * $0, width: 4)) }
        // What a clock showed in the Stone Age is in no database, and its microseconds wouldn't fit.
        let recorded: ClosedRange<Int64> = -100_000_000_000...300_000_000_000
        var list: [TimeZoneRules.Transition] = []
        var previous = Int64.min
        for index in 0..<timeCount {
            let type = Int(bytes[types + index])
            let moment = number(bytes, at: start + index * timeWidth, width: timeWidth)
            guard type < typeCount, moment > previous else { return nil }
            previous = moment
            list.append(
                .init(
                    unixSeconds: min(max(moment, recorded.lowerBound), recorded.upperBound), offset: offsets[type]))
        }
        return (offsets[0], list)
    }
}

/// A big-endian number with a sign.
private func number(_ bytes: [UInt8], at position: Int, width: Int) -> Int64 {
    var value: UInt64 = 0
    for byte in bytes[position..<position + width] { value = value << 8 | UInt64(byte) }
    let unused = 64 - 8 * width
    return Int64(bitPattern: value << unused) >> unused
}
