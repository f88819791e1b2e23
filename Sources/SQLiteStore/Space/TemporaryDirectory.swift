import Foundation
import GRDB
import GRDBSQLite
import Sweeping

/// Where SQLite puts its temporary files.
enum TemporaryDirectory {
    /// Asks SQLite itself, which looks at SQLITE_TMPDIR, TMPDIR, /var/tmp, /usr/tmp, /tmp and the working directory for one that it
    /// may write in (https://www.sqlite.org/tempfiles.html, section 5).
    /// - Throws: `StoreError` when there is none.
    static func path(_ database: Database) throws -> String {
        var name: UnsafeMutablePointer<CChar>?
        let code = sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_TEMPFILENAME, &name)
        defer { sqlite3_free(name) }
        guard code == SQLITE_OK, let name, name.pointee != 0 else {
            throw StoreError(
                .cannotOpen, "SQLite finds no directory for its temporary files: set SQLITE_TMPDIR to one with room")
        }
        return (String(cString: name) as NSString).deletingLastPathComponent
    }
}
