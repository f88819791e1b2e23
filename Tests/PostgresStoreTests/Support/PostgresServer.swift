import Foundation
import Glibc
import PostgresStore
import Synchronization
import TestTools

/// A server of the tests' own: Debian's package, in a folder of its own, run as an ordinary user since it refuses root, and reached by a
/// socket in that folder. It ends with the process that asked for it, however that ends.
final class PostgresServer: Sendable {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String
    /// Its input stays open for as long as this process lives; when it ends, the server does.
    private let keeper: Keeper
    private let count = Mutex(0)

    private final class Keeper: @unchecked Sendable {
        // Never touched again: it only has to be there.
        let tool: RunningTool
        init(_ tool: RunningTool) { self.tool = tool }
    }

    /// One for all tests, each of which has a database of its own.
    static let shared = Result { try PostgresServer() }

    private static let port = "5432"

    /// - Parameter settings: lines of the server's configuration.
    init(settings: [String] = []) throws {
        let folder = "/tmp/jobsweep-pg-\(getpid())-\(UUID().uuidString.prefix(8))"
        let lines =
            settings + [
                "listen_addresses = ''", "unix_socket_directories = '\(folder)'", "fsync = off",
                "max_connections = 300",
            ]
        let script = """
            set -e
            bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
            [ -x "$bin/initdb" ] || { echo "no PostgreSQL server: apt-get install postgresql" >&2; exit 1; }
            run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
            mkdir -m 755 '\(folder)'
            [ "$(id -u)" != 0 ] || chown postgres '\(folder)'
            cd '\(folder)'
            run "$bin/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >data.log 2>&1
            printf '%s\\n' \(lines.map { "\"\($0)\"" }.joined(separator: " ")) >>data/postgresql.conf
            run "$bin/pg_ctl" -D data -w -l server.log start >/dev/null
            echo ready
            cat >/dev/null
            run "$bin/pg_ctl" -D data -w -m immediate stop >/dev/null
            rm -rf '\(folder)'
            """
        let tool = try RunningTool(["bash", "-c", script])
        guard tool.output(through: "ready\n") != nil else {
            throw Missing(description: tool.finish().errors)
        }
        self.folder = folder
        keeper = Keeper(tool)
    }

    /// A new database, made by these statements.
    func database(_ sql: String) throws -> PostgresDatabase {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "t\(number)"
        let main = PostgresDatabase(folder: folder, name: "postgres", port: Self.port)
        try main.execute("CREATE DATABASE \(name)")
        let database = PostgresDatabase(folder: folder, name: name, port: Self.port)
        try database.execute(sql)
        return database
    }
}
