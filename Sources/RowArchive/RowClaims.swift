import Foundation
import Sweeping

/// Which foreseen rows were deleted: for each unit of such rows their places in it.
struct RowClaims: Sendable, Equatable {
    private(set) var rows: [Int: IndexSet] = [:]
    /// How many they are, by table.
    private(set) var counts: [String: Int] = [:]

    init() {}

    var count: Int { counts.values.reduce(0, +) }

    mutating func insert(_ ordinals: Range<Int>, ofUnit unit: Int, table: String) {
        rows[unit, default: []].insert(integersIn: ordinals)
        counts[table, default: 0] += ordinals.count
    }

    mutating func formUnion(_ other: RowClaims) {
        rows.merge(other.rows) { $0.union($1) }
    }

    func contains(_ ordinal: Int, ofUnit unit: Int) -> Bool { rows[unit]?.contains(ordinal) ?? false }

    func write(to writer: inout ByteWriter) {
        writer.put(rows.count)
        for (unit, places) in rows.sorted(by: { $0.key < $1.key }) {
            writer.put(unit)
            writer.put(places.rangeView.count)
            for range in places.rangeView {
                writer.put(range.lowerBound)
                writer.put(range.count)
            }
        }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damage) {
        for _ in 0..<(try reader.count()) {
            let unit = Int(clamping: try reader.number())
            for _ in 0..<(try reader.count()) {
                let start = Int(clamping: try reader.number())
                let count = Int(clamping: try reader.number())
                let (end, isTooMuch) = start.addingReportingOverflow(count)
                guard !isTooMuch, end < Int.max else { throw ByteReader.Damage() }
                if count > 0 { rows[unit, default: []].insert(integersIn: start..<end) }
            }
        }
    }
}
