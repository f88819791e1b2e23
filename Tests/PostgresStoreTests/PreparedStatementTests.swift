import Sweeping
import TestTools
import Testing

@testable import PostgresStore

@Suite("Statements that the server remembers", .timeLimit(.minutes(10)))
struct PreparedStatementTests {
    private func remembered(_ link: PostgresLink) throws -> Int64? {
        try link.run(Statement("SELECT count(*) FROM pg_prepared_statements")).integer(0, 0)
    }

    @Test(
        "a statement that comes again is remembered, where nothing lies between here and the server"
    )
    func remembers() throws {
        let database = try PostgresServer.shared.get().database("CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
        let link = try database.connect()
        func ask(_ value: String) throws -> Int64? {
            var statement = Statement("SELECT a + ")
            statement.sql += statement.bind(value) + "::int FROM t"
            return try link.run([Statement("BEGIN"), statement.repeated, Statement("COMMIT")])[1].integer(0, 0)
        }
        for _ in 0..<3 { #expect(try ask("1") == 8) }
        #expect(try remembered(link) == 0)
        link.isDirect = true
        #expect(try ask("1") == 8)
        #expect(try remembered(link) == 0)
        for value in 2..<5 {
            #expect(try ask("\(value)") == Int64(7 + value))
            #expect(try remembered(link) == 1)
        }
    }

    @Test(
        "what the server remembers in vain is asked for anew at the next try",
        arguments: ["ALTER TABLE t ALTER a TYPE bigint", "forgotten"])
    func forgets(_ event: String) throws {
        let database = try PostgresServer.shared.get().database("CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
        let link = try database.connect()
        link.isDirect = true
        let statement = Statement("SELECT a FROM t").repeated
        for _ in 0..<3 { #expect(try link.run(statement).integer(0, 0) == 7) }
        if event == "forgotten" {
            _ = try link.run(Statement("DEALLOCATE ALL"))
        } else {
            try database.execute(event)
        }
        #expect {
            try link.run(statement)
        } throws: { error in
            (error as? PostgresError)?.isPassing == true
        }
        for _ in 0..<3 { #expect(try link.run(statement).integer(0, 0) == 7) }
        #expect(try remembered(link) == (event == "forgotten" ? 1 : 2))
    }

    @Test("a statement that fails is no reason to forget, and one that can't be read isn't remembered")
    func failures() throws {
        let database = try PostgresServer.shared.get().database("CREATE TABLE t (a int); INSERT INTO t VALUES (0)")
        let link = try database.connect()
        link.isDirect = true
        let dividing = Statement("SELECT 1 / a FROM t").repeated
        let wrong = Statement("SELECT nothing FROM t").repeated
        for _ in 0..<3 {
            #expect { try link.run(dividing) } throws: { ($0 as? PostgresError)?.state == "22012" }
            #expect { try link.run(wrong) } throws: { ($0 as? PostgresError)?.state == "42703" }
            #expect {
                try link.run([Statement("BEGIN"), wrong, dividing, Statement("COMMIT")])
            } throws: { error in
                (error as? PostgresError)?.state == "42703"
            }
            _ = try link.run(Statement("ROLLBACK"))
        }
        #expect(try remembered(link) == 1)
        try database.execute("UPDATE t SET a = 1")
        #expect(try link.run(dividing).integer(0, 0) == 1)
    }

    @Test("so many different statements aren't remembered that memory would grow")
    func bounded() {
        var statements = PreparedStatements()
        for number in 0..<1_000 { #expect(statements.use(of: "SELECT \(number)") == .plain) }
        #expect(statements.use(of: "SELECT 1") == .preparing("jobsweep_1"))
        #expect(statements.use(of: "SELECT 999") == .plain)
        #expect(statements.use(of: "SELECT 999") == .plain)
        statements.note("SELECT 1", as: "jobsweep_1")
        #expect(statements.use(of: "SELECT 1") == .prepared("jobsweep_1"))
        statements.forget()
        #expect(statements.use(of: "SELECT 1") == .plain)
        #expect(statements.use(of: "SELECT 1") == .preparing("jobsweep_2"))
    }

    @Test("a connection that only reads can't write, and a page on it is one statement")
    func reader() throws {
        let database = try PostgresServer.shared.get().database(
            "CREATE TABLE t (a timestamptz); INSERT INTO t VALUES ('2026-01-01 00:00+00')")
        let link = try database.connect()
        try link.becomeReader()
        #expect { try link.run(Statement("DELETE FROM t")) } throws: { ($0 as? PostgresError)?.state == "25006" }
        #expect(try reading(Statement("SELECT a::text FROM t"), in: link).text(0, 0) == "2026-01-01 00:00:00+00")
        let settings = try reading(
            Statement(
                """
                SELECT current_setting('statement_timeout'), current_setting('row_security'), current_setting('jit'),
                  current_setting('transaction_isolation'), current_setting('bytea_output')
                """), in: link)
        #expect((0..<5).map { settings.text(0, $0) } == ["1min", "off", "off", "read committed", "hex"])
    }
}
