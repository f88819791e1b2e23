import Glibc
import Sweeping

/// Carries out one batch as short transactions; as one, where nothing is in the way.
///
/// What the database refuses, and what others have locked, is narrowed down by halves until it is a row's own trouble.
struct BatchWriter {
    /// Whoever holds a row holds it for a moment. It lies below PostgreSQL's deadlock_timeout, so that no application is ever chosen as a
    /// deadlock's victim for jobsweep's sake.
    static let lockPatience: Duration = .milliseconds(25)
    /// No row is worth as much to those who wait for it.
    static let longestHold: Duration = .seconds(3)
    /// So often a deadlock's victim tries again at once.
    private static let mostRetries = 5

    /// What a transaction costs beside its rows: the log's flush, a snapshot, a plan. Batches that work for so long pay it seldom, and let the
    /// application's writes through as well as shorter ones do.
    static let price: Duration = .milliseconds(20)
    /// So long a transaction takes at most where rows and disk permit, from its beginning to the commit's answer: for no longer than that its
    /// rows are locked.
    static let longestTransaction: Duration = .milliseconds(50)

    let link: PostgresLink
    let plan: WritePlan
    let batch: [PlannedRow<PostgresKey>]
    /// For how long the rows may be locked; the first of them may take longer.
    let hold: Duration
    let options: SessionOptions
    /// Whether everything is taken back in the end.
    let isRehearsal: Bool
    /// What goes along; nil where it needs no look beforehand.
    let family: DeletionReach?
    /// What hands the rows to the archive; nil where nothing is kept.
    let keeping: RowKeeping?
    /// What went along with others before, and what a dry run would have made of rows.
    let foreseen: ForeseenRows

    var outcome = BatchOutcome(rows: [])
    /// What became of each row; nil where nothing did.
    var results: [BatchOutcome.Row?]
    var held = Duration.zero
    /// What the longest commit took.
    var slowestCommit = Duration.zero
    /// Whether others went along with rows that were read as if none did.
    var isEntangled = false
    /// The transaction that is under way: what is known of it once the connection is lost.
    var pending: Pending?

    /// A transaction whose end nobody heard of.
    struct Pending: Sendable {
        let rows: [Int]
        /// Its number; nil where that didn't come to be known.
        let transaction: UInt32?
    }

    init(
        link: PostgresLink, plan: WritePlan, batch: [PlannedRow<PostgresKey>], hold: Duration, options: SessionOptions,
        isRehearsal: Bool, family: DeletionReach?, keeping: RowKeeping?, foreseen: ForeseenRows
    ) {
        self.family = family
        self.keeping = keeping
        self.foreseen = foreseen
        self.link = link
        self.plan = plan
        self.batch = batch
        self.hold = hold
        self.options = options
        self.isRehearsal = isRehearsal
        results = Array(repeating: nil, count: batch.count)
        outcome.longest = Self.longestTransaction
    }

    /// - Throws: `PostgresError`, `StoreError`; what was done until then is in `outcome`.
    mutating func run() throws {
        defer { outcome.rows = results.prefix { $0 != nil }.compactMap(\.self) }
        var rows: [Int] = []
        for (index, row) in batch.enumerated() {
            if let obstacle = plan.obstacle(to: row) { results[index] = .refused(obstacle) } else { rows.append(index) }
        }
        if !rows.isEmpty { try resolve(alike(rows)) }
    }

    /// The first rows that the archive has all already, or hasn't; the others are asked for again.
    private mutating func alike(_ rows: [Int]) -> ArraySlice<Int> {
        let alike = rows.prefix { batch[$0].key.isAhead == batch[rows[0]].key.isAhead }
        outcome.isPart = alike.count < rows.count
        return alike
    }

    /// Finds out what becomes of the rows, as many as there is time for.
    private mutating func resolve(_ rows: ArraySlice<Int>, retries: Int = 0) throws {
        // Something comes of every batch; beyond that, it ends when its time is over.
        guard results[0] == nil || held < hold && !options.isStopping() else { return }
        do {
            try settle(rows, try transaction(Array(rows), isExact: false, isLocking: retries > 0))
        } catch let error as PostgresError where !error.isLoss {
            try narrow(rows, error, retries)
        }
    }

    private mutating func narrow(_ rows: ArraySlice<Int>, _ error: PostgresError, _ retries: Int) throws {
        if error.isCancelled, options.isStopping() { throw StoreError(.busy, "the run is to end") }
        if error.isPassing, retries < BatchWriter.mostRetries {
            // The others in the deadlock go first.
            usleep(useconds_t.random(in: 1_000...20_000))
            return try resolve(rows, retries: retries + 1)
        }
        guard error.blamesRow || error.isLocked || error.isCancelled || error.isPassing else { throw error }
        if error.isLocked { try link.waitForTable(plan.table, options) }
        if rows.count == 1 {
            results[rows[rows.startIndex]] =
                error.isLocked || error.isPassing
                ? .busy
                : .refused(
                    error.isCancelled
                        ? "it was given up after \(BatchWriter.longestHold.inSeconds) s, for which others could wait for its locks"
                        : error.message)
            return
        }
        if error.isLocked, let free = try free(of: rows), free.count < rows.count {
            let isFree = Set(free)
            for row in rows where !isFree.contains(row) { results[row] = .busy }
            if !free.isEmpty { try resolve(free[...]) }
            return
        }
        let middle = rows.index(rows.startIndex, offsetBy: rows.count / 2)
        try resolve(rows[..<middle])
        guard results[rows[middle - 1]] != nil else { return }
        try resolve(rows[middle...])
    }

    /// The rows that nobody has locked; nil where this role may not ask.
    private func free(of rows: ArraySlice<Int>) throws -> [Int]? {
        do {
            let found = try link.transaction([try plan.lookForFree(Array(rows), of: batch)], end: "ROLLBACK")[0]
            let places = Set((0..<found.count).compactMap { found.integer($0, 0) })
            let there = try reading(try plan.look(at: Array(rows), of: batch), in: link)
            let all = Set((0..<there.count).compactMap { there.integer($0, 0) })
            // What isn't there at all isn't locked: its turn tells what became of it.
            return rows.enumerated().filter {
                places.contains(Int64($0.offset + 1)) || !all.contains(Int64($0.offset + 1))
            }
            .map(\.element)
        } catch let error as PostgresError where error.state == "42501" {
            return nil
        }
    }

    func changed(_ step: WritePlan.Step, _ answer: PostgresRows) -> [Int] {
        if answer.count == step.rows.count { return step.rows }
        return found(step, answer)
    }

    /// The rows that an answer names; others that it names aren't among them.
    func found(_ step: WritePlan.Step, _ answer: PostgresRows) -> [Int] {
        // Mostly they come in order.
        var rest = step.rows[...]
        var found: [Int] = []
        for row in 0..<answer.count {
            while let next = rest.first, !batch[next].key.page.hasKey(batch[next].key.row, of: answer, at: row) {
                rest = rest.dropFirst()
            }
            guard let next = rest.popFirst() else { return byName(step, answer) }
            found.append(next)
        }
        return found
    }

    private func byName(_ step: WritePlan.Step, _ answer: PostgresRows) -> [Int] {
        var places: [[[UInt8]?]: Int] = [:]
        for row in step.rows { places[Array(batch[row].key.key)] = row }
        return (0..<answer.count).compactMap { row in
            places[plan.key.indices.map { plan.key[$0].kind.argument(answer.bytes(row, $0)) }]
        }
    }

    /// Notes what was done, and finds out what kept the rest.
    private mutating func settle(_ rows: ArraySlice<Int>, _ done: Set<Int>) throws {
        for row in done where results[row] == nil { results[row] = .done }
        var rest = rows.filter { results[$0] == nil }
        guard !rest.isEmpty else { return }
        var standing = try stillThere(rest)
        if !standing.isEmpty {
            // What was written after the page's horizon, by whomever, is looked for by itself.
            let again = standing.map(\.row)
            let more = try transaction(again, isExact: true, isLocking: true)
            for row in more { results[row] = .done }
            rest.removeAll { more.contains($0) }
            standing = try stillThere(standing.map(\.row).filter { !more.contains($0) })
        }
        let kept = Dictionary(uniqueKeysWithValues: standing.map { ($0.row, $0) })
        for row in rest {
            results[row] =
                kept[row]?.isFree == false
                ? .awaiting
                : kept[row]?.holds == true
                    ? .refused("a trigger or a rule of the database keeps this row as it is")
                    : foreseen.contains(batch[row].key.name, of: plan.table.number, as: .gone) ? .gone : .changed
        }
    }

    /// Those of the rows that are what they were when they were read, and whether what has to hold beside that does.
    private func stillThere(_ rows: [Int]) throws -> [(row: Int, holds: Bool, isFree: Bool)] {
        guard !rows.isEmpty else { return [] }
        let found = try reading(try plan.look(at: rows, of: batch), in: link)
        return (0..<found.count).compactMap { place in
            guard let number = found.integer(place, 0) else { return nil }
            let row = rows[Int(number) - 1]
            let writer = found.integer(place, 1).map(UInt32.init(truncatingIfNeeded:))
            return writer == batch[row].key.writer ? (row, found.flag(place, 2), found.flag(place, 3)) : nil
        }
    }
}
