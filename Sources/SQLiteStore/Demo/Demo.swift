import GRDB
import Sweeping

/// A demonstration: the tables of one preset's application with a believable history, in which every rule has something to do and every
/// kind of row that must stay is there.
protocol Demo {
    /// The preset's name.
    static var preset: String { get }
    /// The tables whose rows are counted, in the order in which they are told.
    static var tables: [String] { get }

    /// - Parameter now: when the history ends.
    init(now: Timestamp)

    /// Makes the tables and fills them.
    mutating func fill(_ queue: DatabaseQueue) throws
}

/// The demonstrations that there are.
package enum Demos {
    private static var all: [any Demo.Type] {
        [StashHogDemo.self, UptimeKumaDemo.self, PrefectDemo.self]
    }

    /// The presets that have one; the first is meant where none is named.
    package static var presets: [String] { all.map { $0.preset } }

    /// Writes one.
    /// - Parameters:
    ///   - path: a file that doesn't exist yet.
    ///   - now: when the history ends.
    /// - Returns: how many rows were written, by table; nil where the preset has no demonstration, and then nothing is written.
    /// - Throws: `StoreError`; then nothing is left at `path`.
    package static func write(_ preset: String, to path: String, now: Timestamp) throws(StoreError) -> DemoSummary? {
        guard let demo = all.first(where: { $0.preset == preset }) else { return nil }
        return try DemoFile(path: path).write(demo.init(now: now))
    }
}

/// How many rows were written, by table.
package typealias DemoSummary = [(table: String, rows: Int)]
