import Sweeping

/// Counts the rows that the pages of a scan have together, in ever larger steps, for as long as there is time.
struct RowCounting {
    let scan: RowScan

    func count(until deadline: Duration, in link: PostgresLink) throws -> RowCount {
        var total = 0
        for part in scan.parts {
            var known = 0
            var limit = 10_000
            while true {
                guard let found = try count(part, limit: limit, until: deadline, in: link) else {
                    return RowCount(total + known, isLeast: true)
                }
                known = found
                if found < limit { break }
                limit *= 10
            }
            total += known
        }
        return RowCount(total)
    }

    /// - Returns: nil where the time wasn't enough.
    private func count(_ part: ScanPart, limit: Int, until deadline: Duration, in link: PostgresLink) throws -> Int? {
        let left = deadline - MonotonicTime.now()
        guard left > .milliseconds(1) else { return nil }
        var statement = Statement()
        let isIn = try part.condition(on: scan.table, &statement)
        let isHit = try scan.conditions.narrowing(scan.selection.condition, of: scan.table, as: "t", &statement)
        statement.sql = """
            SELECT count(*) FROM (SELECT 1 FROM \(scan.table.sql) AS t WHERE \(isIn) AND \(isHit) LIMIT \(limit)) AS found
            """
        do {
            return try reading(statement, within: left, in: link).integer(0, 0).map(Int.init)
        } catch let error as PostgresError where error.isCancelled {
            return nil
        }
    }
}
