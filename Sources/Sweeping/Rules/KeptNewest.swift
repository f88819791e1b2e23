/// How many of the newest rows stay, whatever their age.
package struct NewestRule: Sendable, Equatable {
    package var count: Int
    /// The columns whose values make a group; none for one group of all rows.
    package var per: [String]

    package init(count: Int, per: [String]) {
        self.count = count
        self.per = per
    }
}

/// The rows of a table that stay because they are the newest of their group: all rows whose time can be read and isn't in the future
/// count, whether or not a rule is for them; of two with the same time the one with the larger key is the newer.
///
/// Only the last of each group that still stays is remembered. Groups can be many: where more rows would have to be remembered than
/// memory is for, the groups are dealt into parts by their values, and a run goes through the rules' rows once for each part.
package struct KeptNewest: Sendable {
    /// One of several parts that the groups are dealt into.
    package struct Share: Sendable, Equatable {
        package var index: Int
        package var count: Int

        package static let whole = Share(index: 0, count: 1)

        package init(index: Int, count: Int) {
            self.index = index
            self.count = count
        }

        package func holds(_ group: [Value]) -> Bool {
            count == 1 || Int(UInt(bitPattern: group.hashValue) % UInt(count)) == index
        }
    }

    /// A row's place among those of its group.
    struct Place: Sendable {
        var time: Timestamp
        var key: [Value]

        static func < (left: Place, right: Place) -> Bool {
            if left.time != right.time { return left.time < right.time }
            for (one, other) in zip(left.key, right.key) {
                if one.isBefore(other) { return true }
                if other.isBefore(one) { return false }
            }
            return false
        }
    }

    /// So many rows are remembered at the most.
    static let most = 100_000

    let rule: NewestRule
    let time: TimeSource
    let now: Timestamp
    let share: Share
    /// The newest rows of each group, the oldest of them first; never more than the rule's count.
    private var newest: [[Value]: [Place]] = [:]
    private var remembered = 0

    package init(_ rule: NewestRule, by time: TimeSource, at now: Timestamp, share: Share = .whole) {
        self.rule = rule
        self.time = time
        self.now = now
        self.share = share
    }

    package func group(of row: SelectedRow) -> [Value] { rule.per.map { row[$0] } }

    /// Takes a row in.
    /// - Returns: false where there are too many groups for this share.
    package mutating func take(_ row: SelectedRow) -> Bool {
        let group = group(of: row)
        guard share.holds(group), let place = place(of: row) else { return true }
        var places = newest[group] ?? []
        if places.count == rule.count {
            guard let oldest = places.first, oldest < place else { return true }
            places.removeFirst()
            remembered -= 1
        }
        let index = places.firstIndex { place < $0 } ?? places.count
        places.insert(place, at: index)
        remembered += 1
        newest[group] = places
        return remembered <= KeptNewest.most || newest.count == 1
    }

    /// Whether the row stays; one that came after the rows were gone through is newer than those.
    package func keeps(_ row: SelectedRow) -> Bool {
        guard let place = place(of: row), let places = newest[group(of: row)], let oldest = places.first else {
            return true
        }
        return places.count < rule.count || !(place < oldest)
    }

    private func place(of row: SelectedRow) -> Place? {
        guard case .at(let instant) = time.time(of: row), instant <= now else { return nil }
        return Place(time: instant, key: row.identity)
    }
}
