import Testing

@testable import Sidecar

@Suite("Askers take turns")
struct FairQueueTests {
    @Test func turnsAndNewestFirst() {
        var queue = FairQueue<String, Int>(limit: 10, share: 5)
        for (number, asker) in ["a", "a", "a", "b", "c", "b"].enumerated() {
            #expect(queue.add(number, of: asker) == nil)
        }
        var order: [Int] = []
        while let next = queue.next() { order.append(next) }
        #expect(order == [2, 5, 4, 1, 3, 0])
        #expect(queue.count == 0)
    }

    @Test func anAskersOldestGivesWayToTheirNewest() {
        var queue = FairQueue<String, Int>(limit: 10, share: 2)
        #expect((0..<5).map { queue.add($0, of: "a") } == [nil, nil, 0, 1, 2])
        #expect(queue.count == 2)
        #expect(queue.next() == 4)
    }

    @Test func whoeverHasMostGivesWayToOthers() {
        var queue = FairQueue<String, Int>(limit: 4, share: 3)
        for number in 0..<3 { #expect(queue.add(number, of: "a") == nil) }
        #expect(queue.add(3, of: "b") == nil)
        #expect(queue.add(4, of: "c") == 0)
        #expect(queue.add(5, of: "d") == 1)
        #expect(queue.count == 4)
    }
}
