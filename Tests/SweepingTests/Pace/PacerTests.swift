import Sweeping
import Testing

@Suite("The pacer")
struct PacerTests {
    private let policy: PacingPolicy = {
        var policy = PacingPolicy()
        policy.lockTarget = .milliseconds(20)
        policy.pause = .milliseconds(5)
        return policy
    }()

    /// A batch of which every row was tried.
    private func outcome(
        _ rows: Int, _ work: Duration, fixed: Duration = .zero, price: Duration = .zero, longest: Duration? = nil,
        rest: Duration = .zero
    ) -> BatchOutcome {
        BatchOutcome(
            rows: Array(repeating: .done, count: rows), locksHeld: [work + fixed], work: work, fixedHold: fixed,
            price: price, longest: longest, rest: rest)
    }

    @Test("it begins with one row, whatever is allowed", arguments: [5000, 1, 0])
    func start(_ most: Int) {
        var policy = policy
        policy.maxBatch = most
        let pacer = Pacer(policy: policy)
        #expect(pacer.batchSize == 1)
        #expect(pacer.hold == .milliseconds(20))
        #expect(pacer.pause == .milliseconds(5))
    }

    @Test("quick batches grow by doubling at most, and never above the limit; other rows begin with one again")
    func growth() {
        var policy = policy
        policy.maxBatch = 50
        var pacer = Pacer(policy: policy)
        var sizes: [Int] = []
        for _ in 0..<8 {
            pacer.note(outcome(pacer.batchSize, .microseconds(10)), of: pacer.batchSize)
            sizes.append(pacer.batchSize)
        }
        #expect(sizes == [2, 4, 8, 16, 32, 50, 50, 50])
        pacer.beginAnew()
        #expect(pacer.batchSize == 1)
    }

    @Test("a batch that needed no lock grows like a quick one, and asks for no pause")
    func withoutLock() {
        var pacer = Pacer(policy: policy)
        pacer.note(BatchOutcome(rows: [.done]), of: 1)
        #expect(pacer.batchSize == 2)
        #expect(pacer.pause == .milliseconds(5))
    }

    /// A pacer that has come to batches of so many rows.
    private func pacer(at rows: Int) -> Pacer {
        var pacer = Pacer(policy: policy)
        while pacer.batchSize < rows { pacer.note(outcome(pacer.batchSize, .zero), of: pacer.batchSize) }
        pacer.note(outcome(rows, .milliseconds(20)), of: pacer.batchSize)
        return pacer
    }

    @Test("a batch below the target grows by what is left to the target")
    func approach() {
        var pacer = pacer(at: 100)
        #expect(pacer.batchSize == 100)
        pacer.note(outcome(100, .milliseconds(16)), of: 100)
        #expect(pacer.batchSize == 125)
        pacer.note(outcome(125, .milliseconds(20)), of: 125)
        #expect(pacer.batchSize == 125)
    }

    @Test("a slow batch shrinks the next to what fits, at once, and never to nothing")
    func shrinking() {
        var pacer = pacer(at: 100)
        pacer.note(outcome(100, .milliseconds(200)), of: 100)
        #expect(pacer.batchSize == 10)
        pacer.note(outcome(10, .seconds(10)), of: 10)
        #expect(pacer.batchSize == 1)
        pacer.note(outcome(1, .seconds(60)), of: 1)
        #expect(pacer.batchSize == 1)
        pacer.note(outcome(1, .milliseconds(10)), of: 1)
        #expect(pacer.batchSize == 2)
    }

    @Test("a batch that ended in its middle, since its time was over, is what fits")
    func cut() {
        var pacer = pacer(at: 100)
        pacer.note(outcome(30, .milliseconds(20)), of: 100)
        #expect(pacer.batchSize == 30)
    }

    @Test("a batch whose other rows are better tried by themselves shrinks nothing")
    func part() {
        var pacer = pacer(at: 100)
        var part = outcome(3, .microseconds(1))
        part.isPart = true
        pacer.note(part, of: 100)
        #expect(pacer.batchSize == 100)
    }

    @Test("a short batch that was quick says nothing; one that was slow does")
    func shortBatches() {
        var pacer = pacer(at: 100)
        pacer.note(outcome(3, .microseconds(1)), of: 3)
        #expect(pacer.batchSize == 100)
        pacer.note(outcome(50, .milliseconds(40)), of: 50)
        #expect(pacer.batchSize == 25)
        pacer.note(outcome(0, .zero), of: 25)
        #expect(pacer.batchSize == 25)
    }

    @Test("the pause is as long as the database asks for, and never shorter than the setting")
    func pause() {
        var pacer = Pacer(policy: policy)
        pacer.note(outcome(1, .milliseconds(2), rest: .milliseconds(3)), of: 1)
        #expect(pacer.pause == .milliseconds(5))
        pacer.note(outcome(1, .seconds(3), rest: .seconds(3)), of: 1)
        #expect(pacer.pause == .seconds(3))
        // What was for nothing held the lock all the same.
        pacer.note(outcome(0, .zero, rest: .milliseconds(80)), of: 1)
        #expect(pacer.pause == .milliseconds(80))
    }

    @Test("a price that every batch pays whatever its size doesn't shrink it; it works as long as it pays")
    func fixedPrice() {
        var pacer = Pacer(policy: policy)
        // 0.1 ms a row and 100 ms a batch, as a table has to be read for each.
        for _ in 0..<12 {
            let rows = pacer.batchSize
            pacer.note(
                outcome(rows, .microseconds(100) * rows, fixed: .milliseconds(100), price: .milliseconds(100)), of: rows
            )
        }
        #expect(pacer.batchSize == 1000)
        #expect(pacer.hold == .milliseconds(100))
        // Paid before the lock was taken, it is made up for by a lock of at most four times the target.
        pacer.note(outcome(1000, .milliseconds(100), price: .milliseconds(100)), of: 1000)
        #expect(pacer.batchSize == 800)
        #expect(pacer.hold == .milliseconds(80))
        // What a commit takes holds the lock too; and a price that is gone is forgotten.
        pacer.note(outcome(800, .milliseconds(80), fixed: .milliseconds(4), price: .milliseconds(4)), of: 800)
        #expect(pacer.hold == .milliseconds(16))
        #expect(pacer.batchSize == 160)
        pacer.note(outcome(160, .milliseconds(16)), of: 160)
        #expect(pacer.hold == .milliseconds(20))
    }

    @Test("where all of a batch is bounded, its rows have half of what the slowest commits of late leave")
    func bounded() {
        var pacer = Pacer(policy: policy)
        func note(fixed: Int) {
            let rows = pacer.batchSize
            let outcome = outcome(
                rows, .microseconds(100) * rows, fixed: .milliseconds(fixed), price: .milliseconds(40),
                longest: .milliseconds(50))
            pacer.note(outcome, of: rows)
        }
        for _ in 0..<12 { note(fixed: 4) }
        #expect(pacer.hold == .milliseconds(23))
        #expect(pacer.batchSize == 230)
        // A commit that is as slow as all of it may be leaves half a target, and is forgotten little by little.
        note(fixed: 60)
        #expect(pacer.hold == .milliseconds(10))
        #expect(pacer.batchSize == 100)
        note(fixed: 4)
        #expect(pacer.hold == .milliseconds(10))
        for _ in 0..<30 { note(fixed: 4) }
        #expect(pacer.hold == .milliseconds(23))
        // What isn't bounded works for as long as it pays.
        pacer.note(outcome(230, .milliseconds(23), fixed: .milliseconds(30), price: .milliseconds(40)), of: 230)
        #expect(pacer.hold == .milliseconds(40))
    }

    @Test("what is bounded never takes longer than the bound where rows may take up to twice as long as those before")
    func neverLonger() {
        var pacer = Pacer(policy: policy)
        let bound = Duration.milliseconds(50)
        for step in 0..<300 {
            let rows = pacer.batchSize
            let work = Duration.microseconds(step.isMultiple(of: 7) ? 100 : 50) * rows
            let fixed = Duration.milliseconds(10)
            #expect(work + fixed <= bound)
            pacer.note(outcome(rows, work, fixed: fixed, price: .milliseconds(40), longest: bound), of: rows)
        }
        #expect(pacer.batchSize > 150)
    }
}

@Suite("The pacer and the size of rows")
struct PacerBytesTests {
    private let policy: PacingPolicy = {
        var policy = PacingPolicy()
        policy.lockTarget = .milliseconds(20)
        policy.firstBytes = 1000
        return policy
    }()

    /// A pacer that tries ten rows.
    private func pacer() -> Pacer {
        var pacer = Pacer(policy: policy)
        while pacer.batchSize < 10 { pacer.note(batch(pacer.batchSize, .microseconds(1)), of: pacer.batchSize) }
        return pacer
    }

    private func batch(_ rows: Int, _ work: Duration) -> BatchOutcome {
        BatchOutcome(rows: Array(repeating: .done, count: rows), locksHeld: [work], work: work)
    }

    @Test(
        "a batch has no more rows than bytes are allowed, and a row of any size is one of its own",
        arguments: [
            ([100, 100, 100], 3), ([400, 400, 400], 2), ([5_000_000, 1, 1], 1), ([1, 5_000_000, 1], 1),
            ([999, 1, 1], 2), ([0, 0, 0], 3), ([], 16),
        ])
    func fitting(_ sizes: [Int], _ rows: Int) {
        #expect(pacer().fitting(sizes) == rows)
    }

    @Test("a large row that took too long makes batches of fewer bytes, and not of fewer rows")
    func large() {
        var pacer = pacer()
        pacer.note(batch(1, .milliseconds(200)), of: 1, bytes: 5000)
        #expect(pacer.batchBytes == 500)
        #expect(pacer.batchSize == 16)
        #expect(pacer.fitting([10, 10, 10, 5000]) == 3)
    }

    @Test("small rows that took too long are too many, and not too large")
    func small() {
        var pacer = pacer()
        pacer.note(batch(16, .milliseconds(40)), of: 16, bytes: 160)
        #expect(pacer.batchSize == 8)
        #expect(pacer.batchBytes == 1000)
    }

    @Test("bytes that were quick may be twice as many")
    func growth() {
        var pacer = pacer()
        pacer.note(batch(2, .milliseconds(1)), of: 2, bytes: 900)
        #expect(pacer.batchBytes == 1800)
        #expect(pacer.batchSize == 16)
        pacer.beginAnew()
        #expect(pacer.batchBytes == 1000)
    }
}
