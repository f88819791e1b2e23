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
        _ rows: Int, _ work: Duration, fixed: Duration = .zero, price: Duration = .zero, rest: Duration = .zero
    ) -> BatchOutcome {
        BatchOutcome(
            rows: Array(repeating: .done, count: rows), locksHeld: [work + fixed], work: work, fixedHold: fixed,
            price: price, rest: rest)
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
        // A small price changes nothing, and one that is gone is forgotten.
        pacer.note(outcome(800, .milliseconds(80), fixed: .milliseconds(10), price: .milliseconds(10)), of: 800)
        #expect(pacer.batchSize == 200)
        #expect(pacer.hold == .milliseconds(20))
    }
}
