import Sweeping
import Synchronization

@testable import PostgresStore

/// A database of a test's, and a connection that plays the application.
final class PostgresDatabase: Sendable {
    let folder: String
    let name: String
    private let port: String
    /// The link belongs to one thread at a time, which the mutex sees to.
    private struct Application: @unchecked Sendable { var link: PostgresLink? }
    private let application = Mutex(Application())

    init(folder: String, name: String, port: String) {
        self.folder = folder
        self.name = name
        self.port = port
    }

    func address(as user: String = "postgres") -> PostgresAddress {
        PostgresAddress(
            ["host": folder, "port": port, "dbname": name, "user": user], name: "postgresql://test/\(name)")
    }

    func store(as user: String = "postgres", busyTimeout: Duration = .seconds(3600)) -> PostgresMaintenanceStore {
        PostgresMaintenanceStore(address(as: user), busyTimeout: busyTimeout)
    }

    /// Another connection.
    func connect(as user: String = "postgres") throws -> PostgresLink {
        try PostgresLink.open(address(as: user), writing: false, notices: NoticeReceiver { _ in })
    }

    /// Does something as the application.
    func with<Value: Sendable>(_ work: (PostgresLink) throws -> Value) throws -> Value {
        try application.withLock { application in
            if application.link == nil { application.link = try connect() }
            guard let link = application.link else { throw PostgresError(state: nil, message: "no connection") }
            return try work(link)
        }
    }

    /// Runs statements that end with semicolons, in one go. None of them may hold a semicolon itself.
    func execute(_ sql: String) throws {
        try with { link in
            for statement in sql.split(separator: ";") where statement.contains(where: { !$0.isWhitespace }) {
                _ = try link.run(Statement(String(statement)))
            }
        }
    }

    func execute(_ sql: String, _ values: [String?]) throws {
        var statement = Statement(sql)
        for value in values { _ = statement.bind(value) }
        try with { _ = try $0.run(statement) }
    }

    /// The rows as text, the columns joined by a bar.
    func rows(_ sql: String) throws -> [String] {
        try with { link in
            let rows = try link.run(Statement("SELECT row_to_json(r)::text FROM (\(sql)) AS r"))
            return (0..<rows.count).compactMap { rows.text($0, 0) }
        }
    }

    /// The values of the first column, which is text.
    func texts(_ sql: String) throws -> [String] {
        try with { link in
            let rows = try link.run(Statement(sql))
            return (0..<rows.count).compactMap { rows.text($0, 0) }
        }
    }

    func number(_ sql: String) throws -> Int {
        try with { Int(try $0.run(Statement("SELECT (\(sql))::int8")).integer(0, 0) ?? 0) }
    }
}
