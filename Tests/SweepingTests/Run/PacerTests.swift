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

    @Test(
        "it starts with a hundred rows, or with fewer where no more are allowed",
        arguments: [(5000, 100), (30, 30), (0, 1)])
    func start(_ most: Int, _ first: Int) {
        var policy = policy
        policy.maxBatch = most
        #expect(Pacer(policy: policy).batchSize == first)
    }

    @Test("quick batches grow by doubling at most, and never above the limit")
    func growth() {
        var pacer = Pacer(policy: policy)
        var sizes: [Int] = []
        for _ in 0..<8 {
            pacer.note(rows: pacer.batchSize, held: .microseconds(10), waited: .zero)
            sizes.append(pacer.batchSize)
        }
        #expect(sizes == [200, 400, 800, 1600, 3200, 5000, 5000, 5000])
    }

    @Test("a batch below the target grows by what is left to the target")
    func approach() {
        var pacer = Pacer(policy: policy)
        pacer.note(rows: 100, held: .milliseconds(16), waited: .zero)
        #expect(pacer.batchSize == 125)
        pacer.note(rows: 125, held: .milliseconds(20), waited: .zero)
        #expect(pacer.batchSize == 125)
    }

    @Test("a slow batch shrinks the next to what fits, at once, and never to nothing")
    func shrinking() {
        var pacer = Pacer(policy: policy)
        pacer.note(rows: 100, held: .milliseconds(200), waited: .zero)
        #expect(pacer.batchSize == 10)
        pacer.note(rows: 10, held: .seconds(10), waited: .zero)
        #expect(pacer.batchSize == 1)
        pacer.note(rows: 1, held: .seconds(60), waited: .zero)
        #expect(pacer.batchSize == 1)
        pacer.note(rows: 1, held: .milliseconds(10), waited: .zero)
        #expect(pacer.batchSize == 2)
    }

    @Test("a short batch that was quick says nothing; one that was slow does")
    func shortBatches() {
        var pacer = Pacer(policy: policy)
        pacer.note(rows: 3, held: .microseconds(1), waited: .zero)
        #expect(pacer.batchSize == 100)
        pacer.note(rows: 50, held: .milliseconds(40), waited: .zero)
        #expect(pacer.batchSize == 25)
        pacer.note(rows: 0, held: .seconds(9), waited: .seconds(9))
        #expect(pacer.batchSize == 25)
        #expect(pacer.pause == .milliseconds(5))
    }

    @Test("the pause leaves room for others, and grows with the waiting up to a quarter of a second")
    func pause() {
        var pacer = Pacer(policy: policy)
        #expect(pacer.pause == .milliseconds(5))
        pacer.note(rows: 100, held: .milliseconds(2), waited: .zero)
        #expect(pacer.pause == .milliseconds(5))
        pacer.note(rows: 100, held: .seconds(3), waited: .zero)
        #expect(pacer.pause == .milliseconds(5))
        pacer.note(rows: 100, held: .milliseconds(2), waited: .milliseconds(60))
        #expect(pacer.pause == .milliseconds(30))
        pacer.note(rows: 100, held: .milliseconds(2), waited: .seconds(4))
        #expect(pacer.pause == .milliseconds(250))
        pacer.note(rows: 100, held: .milliseconds(2), waited: .zero)
        #expect(pacer.pause == .milliseconds(5))
    }

    @Test("where others write, the pause may last until they have; eight pauses without them end that")
    func patience() {
        var pacer = Pacer(policy: policy)
        #expect(pacer.patience == .milliseconds(5))
        pacer.note(othersWrote: true)
        for _ in 1...8 {
            #expect(pacer.patience == .milliseconds(20))
            pacer.note(othersWrote: false)
        }
        #expect(pacer.patience == .milliseconds(5))
        pacer.note(othersWrote: false)
        pacer.note(othersWrote: true)
        pacer.note(rows: 100, held: .milliseconds(2), waited: .milliseconds(80))
        #expect(pacer.patience == .milliseconds(40))
    }

    @Test(
        "a price that every batch pays whatever its size doesn't shrink it; it works as long as it pays, and rests as long as both"
    )
    func fixedPrice() {
        var pacer = Pacer(policy: policy)
        // 0.1 ms a row and 100 ms a batch, as a table has to be read for each.
        for _ in 0..<10 {
            let rows = pacer.batchSize
            pacer.note(
                rows: rows, held: .milliseconds(100) + .microseconds(100) * rows, fixed: .milliseconds(100),
                price: .milliseconds(100), waited: .zero)
        }
        #expect(pacer.batchSize == 1000)
        #expect(pacer.pause == .milliseconds(200))
        // Paid before the lock was taken, it is made up for by a lock of at most four times the target.
        pacer.note(rows: 1000, held: .milliseconds(100), price: .milliseconds(100), waited: .zero)
        #expect(pacer.batchSize == 800)
        #expect(pacer.pause == .milliseconds(100))
        // A small price changes nothing, and one that is gone is forgotten.
        pacer.note(
            rows: 1000, held: .milliseconds(110), fixed: .milliseconds(10), price: .milliseconds(10), waited: .zero)
        #expect(pacer.batchSize == 200)
        #expect(pacer.pause == .milliseconds(5))
        pacer.note(rows: 200, held: .seconds(9), fixed: .seconds(8), price: .seconds(8), waited: .zero)
        #expect(pacer.pause == .milliseconds(250))
    }

    @Test("settings are followed")
    func settings() {
        var policy = policy
        policy.lockTarget = .milliseconds(100)
        policy.pause = .milliseconds(70)
        policy.maxBatch = 250
        var pacer = Pacer(policy: policy)
        pacer.note(rows: 100, held: .milliseconds(50), waited: .zero)
        #expect(pacer.batchSize == 200)
        #expect(pacer.pause == .milliseconds(70))
        pacer.note(rows: 200, held: .milliseconds(50), waited: .zero)
        #expect(pacer.batchSize == 250)
    }
}
