/// What an operation usually changes, as the history of a month tells. Runs in which it found nothing to do say nothing of that beside
/// others in which it did; where there are only such, the usual is nothing.
package struct UsualRows: Sendable, Equatable {
    /// Of the run that changed most.
    package var largest: Int
    /// How many runs changed something; where none did, how many found nothing.
    package var runs: Int
    package var first: Timestamp
    package var last: Timestamp

    package init(largest: Int, runs: Int, first: Timestamp, last: Timestamp) {
        self.largest = largest
        self.runs = runs
        self.first = first
        self.last = last
    }

    /// The history that is looked at.
    package static let window: Duration = .days(30)
    /// So many rows are never a surge.
    package static let fewest = 1_000
    /// Fewer runs that found nothing say nothing: a table may be new, or its rule.
    package static let fewestIdle = 10

    /// How many rows are no surge: so many times the largest, more after a pause that was longer than usual. Of a pause that is longer than
    /// all that the history covers, nobody knows what is usual: two runs that came one upon the other say nothing of a day.
    package func limit(surge: Int, at now: Timestamp) -> Int {
        let usual = runs > 1 ? (last - first).inSeconds / Double(runs - 1) : 0
        let pause = (now - last).inSeconds
        let scale = usual > 0 ? min(max(1, pause / usual), Double(runs)) : 1
        let rows = (largest == 0 ? Double(UsualRows.fewest) : Double(surge) * Double(largest)) * scale
        return max(UsualRows.fewest, rows < Double(Int.max / 2) ? Int(rows) : Int.max / 2)
    }
}
