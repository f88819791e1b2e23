import GRDB
import Sweeping

extension ApplicationDatabase {
    /// Fills the file with wide rows and deletes most of them, so that many of its pages are free.
    func makeFreePages(rows: Int = 2000) throws {
        let text = String(repeating: "x", count: 2000)
        try queue.writeWithoutTransaction { database in
            try database.inTransaction {
                for index in 0..<rows {
                    try database.execute(
                        sql: "INSERT INTO job (id, type, status, result) VALUES (?, 'sync', 'kept', ?)",
                        arguments: ["w\(index)", text])
                }
                return .commit
            }
            try database.execute(sql: "DELETE FROM job WHERE id LIKE 'w%' AND id NOT LIKE '%7'")
            _ = try? database.checkpoint(.truncate)
        }
    }

    func number(_ pragma: String) throws -> Int {
        try queue.read { try Int.fetchOne($0, sql: "PRAGMA \(pragma)") ?? -1 }
    }

    var freePages: Int { get throws { try number("freelist_count") } }
    var pageCount: Int { get throws { try number("page_count") } }
}
