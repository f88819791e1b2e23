/// Rows that the database refused while others that hang off them were still there.
///
/// A job whose children may not be left behind is refused before those that are due themselves have gone; at the pass's end, it may go.
struct SecondTries<Planned> {
    /// So many are remembered; what is refused beyond them is refused for good.
    private static var most: Int { 10_000 }

    private var rows: [(planned: Planned, reason: String)] = []
    /// Whether another row was done since the first of them was refused.
    private var hasProgress = false
    /// Rows whose change was given up: they get no other try.
    private var givenUp: [(planned: Planned, reason: String)] = []
    /// How many of them came one after the other, and none that was done between them.
    private var givenUpInARow = 0
    /// So many of them in a row are no matter of single rows.
    private static var mostInARow: Int { 3 }
    /// Those that are to be tried again now.
    private var trying: ArraySlice<(planned: Planned, reason: String)> = []

    /// - Returns: whether the row gets another try.
    mutating func add(_ planned: Planned, _ reason: String) -> Bool {
        guard rows.count < Self.most else { return false }
        rows.append((planned, reason))
        return true
    }

    /// Notes that another row was done.
    mutating func noteProgress() {
        if !rows.isEmpty { hasProgress = true }
        givenUpInARow = 0
    }

    /// Notes that a row's change was given up.
    /// - Returns: how many it were in a row, where it lies with no single row any more; those are forgotten here.
    mutating func giveUp(_ planned: Planned, _ reason: String) -> Int? {
        givenUp.append((planned, reason))
        givenUpInARow += 1
        guard givenUpInARow == Self.mostInARow else { return nil }
        givenUp.removeLast(givenUpInARow)
        return givenUpInARow
    }

    /// The next rows to try again; empty once nothing changes for those that are left.
    mutating func batch(of size: Int) -> [Planned] {
        if trying.isEmpty, hasProgress {
            trying = rows[...]
            rows = []
            hasProgress = false
        }
        return trying.prefix(size).map(\.planned)
    }

    /// The first of the batch were tried.
    mutating func tried(_ count: Int) {
        trying.removeFirst(count)
    }

    /// What stays refused, with the reasons.
    mutating func takeAll() -> [(planned: Planned, reason: String)] {
        defer { self = SecondTries() }
        return trying + rows + givenUp
    }
}
