import PostgresStore
import Testing

@testable import Sidecar

@Suite struct PostgresURLTests {
    /// What is written, what libpq is told, and what the database is called.
    static let readable: [(String, [String: String], String)] = [
        ("postgresql://db.example/app", ["host": "db.example", "dbname": "app"], "postgresql://db.example/app"),
        (
            "postgres://bob:se%40cret@db:5433/app", ["host": "db", "port": "5433", "dbname": "app", "user": "bob"],
            "postgresql://db:5433/app"
        ),
        (
            "postgresql+asyncpg://db/app?ssl=require", ["host": "db", "dbname": "app", "sslmode": "require"],
            "postgresql://db/app"
        ),
        (
            "postgresql+psycopg2:///app?host=/run/pg&port=5433", ["host": "/run/pg", "port": "5433", "dbname": "app"],
            "postgresql://%2Frun%2Fpg:5433/app"
        ),
        (
            "postgresql+psycopg://[::1]:5433/app", ["host": "::1", "port": "5433", "dbname": "app"],
            "postgresql://[::1]:5433/app"
        ),
        ("postgresql://a:1,b:2/app", ["host": "a,b", "port": "1,2", "dbname": "app"], "postgresql://a:1,b:2/app"),
        ("postgresql://?service=mine", ["service": "mine"], "postgresql:///?service=mine"),
        (
            "postgresql://db/app?application_name=x&prepared_statement_cache_size=0", ["host": "db", "dbname": "app"],
            "postgresql://db/app"
        ),
    ]

    @Test(arguments: readable) func reads(_ text: String, _ keywords: [String: String], _ name: String) throws {
        let location = try DatabaseLocation(parsing: text, workingDirectory: "/")
        guard case .postgres(let address) = location else {
            Issue.record("\(text) is no address of PostgreSQL")
            return
        }
        #expect(Dictionary(uniqueKeysWithValues: address.shown.map { ($0.keyword, $0.value) }) == keywords)
        #expect(address.name == name)
        #expect(address.hasSecret == text.contains("cret"))
        // What is shown leads to the same database, without the password.
        let shown = try DatabaseLocation(parsing: location.description, workingDirectory: "/")
        #expect(!location.description.contains("cret"))
        #expect(shown.description == location.description)
    }
}
