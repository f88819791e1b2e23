import Testing

@testable import Sidecar

/// What is refused is in `WrongDatabasesTests`.
@Suite struct DatabaseLocationTests {
    static let readable: [(String, String)] = [
        ("/data/app.db", "/data/app.db"), ("sqlite:///data/app.db", "/data/app.db"),
        ("sqlite:////data/app.db", "/data/app.db"),
        ("sqlite+aiosqlite:///data/app.db", "/data/app.db"), ("SQLite:///data/app.db", "/data/app.db"),
        ("sqlite:///app.db", "/app.db"), ("sqlite:///data/./a/../app.db", "/data/./a/../app.db"),
        ("app.db", "/here/app.db"), ("./app.db", "/here/app.db"), (".//app.db", "/here/app.db"),
        ("../app.db", "/here/../app.db"),
        ("data/app.db", "/here/data/app.db"), ("/data/my app.db", "/data/my app.db"),
        ("/data/100%25.db", "/data/100%25.db"),
        ("/data/what?.db", "/data/what?.db"), ("/data/a:b.db", "/data/a:b.db"), ("data:app.db", "/here/data:app.db"),
        ("C:/app.db", "/here/C:/app.db"), ("/data/Pläne.db", "/data/Pläne.db"),
        ("sqlite:///data/100%.db", "/data/100%.db"),
    ]

    @Test(arguments: readable) func reads(_ text: String, _ path: String) throws {
        #expect(try DatabaseLocation(parsing: text, workingDirectory: "/here") == .sqlite(path: path))
    }

    @Test func aPathIsReadAgainAsItself() throws {
        let location = DatabaseLocation.sqlite(path: "/data/app.db")
        #expect(try DatabaseLocation(parsing: location.description, workingDirectory: "/elsewhere") == location)
    }

    @Test(
        "what was meant for a URL is no path, and nothing of it is repeated",
        arguments: [
            "\"postgresql://user:secret@host/app\"", "'postgresql://user:secret@host/app'",
            " postgresql://user:secret@host/app", "postgresql://user:secret@host/app\n",
            "postgresql:/user:secret@host/app", "postgres//user:secret@host/app",
            "jdbc:postgresql://host/app?user=x&password=secret",
        ])
    func takesNoURLForAPath(_ text: String) throws {
        let problem = #expect(throws: ValueProblem.self) { try DatabaseLocation(parsing: text, workingDirectory: "/") }
        let description = try #require(problem?.description)
        #expect(description.contains("no quotes"))
        #expect(!description.contains("secret") && !description.contains("host/app"))
    }

    @Test(arguments: [
        "postgresql://user:secret@host:x/app", "postgres://:secret@host:0/app", "mysql://user:se:cr:et@host/app",
        "postgresql://user@host:x/app?password=secret", "postgresql://user:secret@host/app?password=secret@y&z=1",
        "sqlite:///app.db?key=secret", "sqlite://user:secret@host/app.db",
    ])
    func neverRepeatsAPassword(_ text: String) throws {
        let problem = #expect(throws: ValueProblem.self) { try DatabaseLocation(parsing: text, workingDirectory: "/") }
        let description = try #require(problem?.description)
        #expect(description.contains("***") && !description.contains("secret") && !description.contains("cr:et"))
    }
}
