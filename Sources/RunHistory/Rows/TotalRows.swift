import Foundation
import GRDB
import Sweeping

/// The statements on the table of totals. What a run adds is added in the table too, so that rows that this version doesn't know, or
/// reads otherwise than they are written, stay as they are.
enum TotalRows {
    /// - Returns: nil where nothing is kept for this database.
    static func read(database name: String, in database: Database) throws -> RunTotals? {
        let rows = try Row.fetchAll(
            database, sql: "SELECT metric, labels, value FROM total WHERE database = ?", arguments: [name])
        guard !rows.isEmpty else { return nil }
        var totals = RunTotals()
        for row in rows {
            if let metric = row.text("metric"), let labels = row.json("labels", as: [String].self) {
                totals.take(row, metric: metric, labels: labels)
            }
        }
        return totals
    }

    /// Writes what has become of the totals between `before`, which are those in the table, and `after`.
    static func write(
        from before: RunTotals, to after: RunTotals, database name: String, in database: Database
    ) throws {
        let into = """
            INSERT INTO total (database, metric, labels, value) VALUES (?, ?, ?, ?)
            ON CONFLICT (database, metric, labels) DO UPDATE SET value =
            """
        let add = try database.makeStatement(sql: "\(into) value + excluded.value")
        let set = try database.makeStatement(sql: "\(into) excluded.value")
        let delete = try database.makeStatement(
            sql: "DELETE FROM total WHERE database = ? AND metric = ? AND labels = ?")
        for (metric, counts) in after.growth(since: before) {
            for (labels, count) in counts { try add.execute(arguments: [name, metric, jsonText(labels), count]) }
        }
        for (metric, seconds) in [
            (MetricName.runDuration, after.runDuration.sum - before.runDuration.sum),
            (MetricName.writeLock, after.lockHeld.sum - before.lockHeld.sum),
        ] where seconds != 0 {
            try add.execute(arguments: [name, metric + sumSuffix, "[]", seconds])
        }
        let old = before.lastRun.gauges
        let new = after.lastRun.gauges
        for (key, value) in new where old[key] != value {
            try set.execute(arguments: [name, key.metric, jsonText(key.labels), value])
        }
        for key in old.keys where new[key] == nil {
            try delete.execute(arguments: [name, key.metric, jsonText(key.labels)])
        }
    }

    static let bucketSuffix = "_bucket"
    static let sumSuffix = "_sum"
}

extension RunTotals {
    /// Takes in a row. One whose value isn't what it must be counts for nothing.
    fileprivate mutating func take(_ row: Row, metric: String, labels: [String]) {
        let count = row.whole("value").map(Int.init(clamping:)).flatMap { $0 >= 0 ? $0 : nil }
        let number = row.real("value").flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        switch metric {
        case MetricName.runDuration + TotalRows.sumSuffix: runDuration.add(sum: number ?? 0)
        case MetricName.writeLock + TotalRows.sumSuffix: lockHeld.add(sum: number ?? 0)
        case MetricName.runDuration + TotalRows.bucketSuffix: runDuration.add(count ?? 0, upTo: bound(labels))
        case MetricName.writeLock + TotalRows.bucketSuffix: lockHeld.add(count ?? 0, upTo: bound(labels))
        default:
            if let number, lastRun.take(number, metric: metric, labels: labels) { return }
            if let count { counts.add(count, to: metric, labels) }
        }
    }

    private func bound(_ labels: [String]) -> Double {
        labels.first.flatMap(Double.init) ?? .infinity
    }

    /// What was counted since `before`, the histograms' buckets included.
    fileprivate func growth(since before: RunTotals) -> [String: [[String]: Int]] {
        var growth: [String: [[String]: Int]] = [:]
        for metric in counts.metrics {
            let old = before.counts[metric]
            for (labels, count) in counts[metric] where count != old[labels] ?? 0 {
                growth[metric, default: [:]][labels] = count - (old[labels] ?? 0)
            }
        }
        growth[MetricName.runDuration + TotalRows.bucketSuffix] = runDuration.growth(since: before.runDuration)
        growth[MetricName.writeLock + TotalRows.bucketSuffix] = lockHeld.growth(since: before.lockHeld)
        return growth
    }
}

extension HistogramTotals {
    fileprivate func growth(since before: HistogramTotals) -> [[String]: Int] {
        var growth: [[String]: Int] = [:]
        for (index, count) in counts.enumerated() where count != before.counts[index] {
            growth[[index < bounds.count ? text(bounds[index]) : "+Inf"]] = count - before.counts[index]
        }
        return growth
    }

    /// As SQLite writes a number of a JSON document: whole ones without a fraction.
    private func text(_ bound: Double) -> String {
        Int(exactly: bound).map(String.init) ?? bound.description
    }
}

extension LastRun {
    fileprivate struct Gauge: Hashable {
        var metric: String
        var labels: [String] = []
    }

    fileprivate var gauges: [Gauge: Double] {
        var gauges: [Gauge: Double] = [:]
        for (metric, time) in [
            (MetricName.lastStart, start), (MetricName.lastCompletion, completion), (MetricName.lastSuccess, success),
        ] where time > 0 {
            gauges[Gauge(metric: metric)] = time
        }
        for (operation, count) in rows {
            gauges[Gauge(metric: MetricName.lastRows, labels: [operation])] = Double(count)
        }
        for (operation, count) in backlog {
            gauges[Gauge(metric: MetricName.backlog, labels: [operation])] = Double(count)
        }
        for (operation, value) in held {
            gauges[Gauge(metric: MetricName.held, labels: [operation])] = Double(value)
        }
        if unarchived > 0 { gauges[Gauge(metric: MetricName.lastUnarchived)] = Double(unarchived) }
        for (operation, seconds) in durations {
            gauges[Gauge(metric: MetricName.lastOperationDuration, labels: [operation])] = seconds
        }
        return gauges
    }

    /// - Returns: whether the metric is one of the last run's.
    fileprivate mutating func take(_ number: Double, metric: String, labels: [String]) -> Bool {
        let operation = labels.first ?? ""
        switch metric {
        case MetricName.lastStart: start = number
        case MetricName.lastCompletion: completion = number
        case MetricName.lastSuccess: success = number
        case MetricName.lastRows: rows[operation] = Int(exactly: number.rounded())
        case MetricName.backlog: backlog[operation] = Int(exactly: number.rounded())
        case MetricName.held: held[operation] = Int(exactly: number.rounded())
        case MetricName.lastUnarchived: unarchived = Int(exactly: number.rounded()) ?? 0
        case MetricName.lastOperationDuration: durations[operation] = number
        default: return false
        }
        return true
    }
}
