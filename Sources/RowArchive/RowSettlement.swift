import Sweeping

/// What was found out of a run that was killed.
struct RowSettlement: Sendable, Equatable {
    /// Units whose transactions were never committed.
    var undone: Set<Int> = []

    init() {}

    var bytes: [UInt8] {
        var writer = ByteWriter()
        writer.put(undone.count)
        for unit in undone.sorted() { writer.put(unit) }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(ByteReader.Damage) {
        var reader = ByteReader(bytes)
        for _ in 0..<(try reader.count()) { undone.insert(Int(clamping: try reader.number())) }
    }
}
