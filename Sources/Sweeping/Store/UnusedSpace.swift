/// Space inside the database that holds nothing and can be given back to the disk in steps.
package struct UnusedSpace: Sendable, Equatable {
    /// In what the engine gives back one by one, such as pages.
    package var units: Int
    package var unitBytes: Int64

    package static let none = UnusedSpace(units: 0, unitBytes: 0)

    package init(units: Int, unitBytes: Int64) {
        self.units = units
        self.unitBytes = unitBytes
    }

    package var bytes: Int64 { Int64(units) * unitBytes }
}

/// Who gives unused space back to the disk; the application chose it when it made the database.
package enum SpaceReclaimer: String, Sendable, Equatable, CaseIterable {
    /// The database itself, with every change.
    case database
    /// Each run at its end, in steps.
    case runs
    /// Nobody, unless the whole database is rewritten: `jobsweep vacuum`.
    case vacuum
}
