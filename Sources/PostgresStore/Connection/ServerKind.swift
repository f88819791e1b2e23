import Sweeping

/// Which server is at the other end: others speak PostgreSQL's language too, and not all of them keep its promises.
enum ServerKind {
    /// The oldest that says of a snapshot what is needed: 13.
    static let oldest = 130_000

    /// - Throws: `StoreError` for a server that jobsweep can't trust its guards to.
    static func check(_ link: PostgresLink, _ name: String) throws {
        let version = try link.run(Statement("SELECT version()")).text(0, 0) ?? ""
        for foreign in ["CockroachDB", "-YB-", "Redshift", "Materialize"] where version.contains(foreign) {
            throw StoreError(
                .cannotOpen,
                "\(name) is no PostgreSQL (\(version.prefix(60))): its rows don't say who wrote them last, which every change"
                    + " relies on; jobsweep leaves it alone")
        }
        guard link.version >= oldest else {
            throw StoreError(.cannotOpen, "\(name) is PostgreSQL \(link.version / 10_000): jobsweep needs 13 or newer")
        }
    }
}
