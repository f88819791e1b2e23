/// What may stop an operation of a run before it does anything.
package struct Brakes: Sendable {
    /// So many times the usual number of rows are a surge; nil for no such brake.
    package var surge: Int?
    package var usual: [OperationName: UsualRows]
    /// What the operations relied on when they last ran.
    package var shapes: [OperationName: OperationShape]
    /// What the disk has room for that the sidecar's own state is on; nil where that can't be told.
    package var stateRoom: StorageRoom?
    /// Operations that go on whatever is out of the ordinary, once, and who says so.
    package var approved: [OperationName: Requester]

    package static let none = Brakes()
    package static let usualSurge = 10

    package init(
        surge: Int? = nil, usual: [OperationName: UsualRows] = [:], shapes: [OperationName: OperationShape] = [:],
        approved: [OperationName: Requester] = [:]
    ) {
        self.surge = surge
        self.usual = usual
        self.shapes = shapes
        self.approved = approved
    }

    /// Whether the operation ran before, be it that it found nothing to do.
    func knows(_ operation: OperationName) -> Bool { usual[operation] != nil || shapes[operation] != nil }

    /// How many rows of an operation are no surge; nil where nobody can say.
    func limit(of operation: OperationName, at now: Timestamp) -> (rows: Int, usual: Int)? {
        guard let surge, let usual = usual[operation] else { return nil }
        return (usual.limit(surge: surge, at: now), usual.largest)
    }
}

/// When an operation would change so much of what there is that something must be wrong with the clock or the database.
package struct ShareBrake: Sendable {
    /// So many rows are never too many.
    package var least: Int
    /// More than one in so many of all rows is too many.
    package var oneIn: Int
    /// Which changes count.
    package var counts: @Sendable (PlannedChange) -> Bool

    package init(least: Int, oneIn: Int, counts: @escaping @Sendable (PlannedChange) -> Bool) {
        self.least = least
        self.oneIn = oneIn
        self.counts = counts
    }
}
