import GRDB

/// Versions of what the store is built on.
package enum StoreVersions {
    /// The SQLite library's version; empty where it can't be asked.
    package static let sqlite: String = {
        let version = try? DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") }
        return version ?? ""
    }()
}
