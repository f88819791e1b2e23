import Foundation
import GRDB
import Sweeping

/// The statements on the table of rows that are held back.
enum HeldBackRows {
    static func store(_ rows: [HeldBack.Row], until: Timestamp, database: String, in connection: Database) throws {
        let sql = """
            INSERT INTO held_back (database, row, until) VALUES (?, ?, ?)
            ON CONFLICT (database, row) DO UPDATE SET until = max(until, excluded.until)
            """
        let statement = try connection.makeStatement(sql: sql)
        for row in rows { try statement.execute(arguments: [database, content(of: row), until.microseconds]) }
    }

    /// Those whose time isn't over.
    static func find(database: String, at now: Timestamp, in connection: Database) throws -> HeldBack {
        let sql = "SELECT row, until FROM held_back WHERE database = ? AND until > ?"
        var until: [HeldBack.Row: Timestamp] = [:]
        for row in try Row.fetchAll(connection, sql: sql, arguments: [database, now.microseconds]) {
            guard let content = row["row"] as Data?, let time = row["until"] as Int64?, let held = self.row(of: content)
            else {
                continue
            }
            until[held] = Timestamp(microseconds: time)
        }
        return HeldBack(until)
    }

    static func deleteOver(at now: Timestamp, in connection: Database) throws {
        try connection.execute(sql: "DELETE FROM held_back WHERE until <= ?", arguments: [now.microseconds])
    }

    private static func content(of row: HeldBack.Row) -> Data {
        var writer = ByteWriter()
        writer.put(row.table)
        for value in row.identity { writer.put(value) }
        return Data(writer.bytes)
    }

    private static func row(of content: Data) -> HeldBack.Row? {
        var reader = ByteReader(Array(content))
        do throws(ByteReader.Damage) {
            let table = try reader.text()
            var identity: [Value] = []
            while !reader.isAtEnd { identity.append(try reader.value()) }
            return .kept(table: table, identity: identity)
        } catch {
            return nil
        }
    }
}
