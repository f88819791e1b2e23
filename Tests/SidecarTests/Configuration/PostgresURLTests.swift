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
        (
            "host=/run/pg port = 5433 dbname='the app' user=o\\'neil password='se\\'cret 1' application_name=x",
            ["host": "/run/pg", "port": "5433", "dbname": "the app", "user": "o'neil"],
            "postgresql://%2Frun%2Fpg:5433/the%20app"
        ),
        (" service=mine ", ["service": "mine"], "postgresql:///?service=mine"),
    ]

    /// What is wrong with what can't be read, without what may be a password.
    @Test(arguments: [
        (
            "host=db pasword=secret",
            "the connection string: PostgreSQL has no option 'pasword'; did you mean 'password'?"
        ),
        ("host=db password='secret", "the connection string: the value of 'password' has a quote that isn't closed"),
        (
            "host=db secret",
            "the connection string: an option after the first 1 has no value; write keyword=value, and a value with spaces in"
                + " single quotes"
        ),
        (
            "host=db options='-c x=1'",
            "the connection string: jobsweep sends no options, since poolers refuse them; give the role its settings with ALTER ROLE"
        ),
    ]) func refuses(_ text: String, _ problem: String) {
        #expect(throws: ValueProblem(problem)) { try DatabaseLocation(parsing: text, workingDirectory: "/") }
    }

    @Test(arguments: ["/data/host=1.db", "notes=1.db", "data base.db"]) func leavesFilesAlone(_ path: String) throws {
        guard case .sqlite = try DatabaseLocation(parsing: path, workingDirectory: "/") else {
            Issue.record("\(path) is a file")
            return
        }
    }

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
