import GRDB
import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

/// Which indexes serve the pages of a rule, as SQLite plans them.
@Suite("Query plans of rules")
struct RuleQueryPlanTests {
    private static let table =
        "CREATE TABLE logs (id INTEGER PRIMARY KEY, at DATETIME, state TEXT, level INTEGER, parent INTEGER);"

    private static func rule(_ change: (inout Rule) -> Void = { _ in }) -> Rule {
        var rule = Rule(OperationName(rawValue: "logs"), table: "logs", time: .column("at"), keep: .days(30))
        rule.key = ["id"]
        change(&rule)
        return rule
    }

    /// How SQLite finds the rows of every page, the first and those behind it.
    private func plans(_ selection: Selection, with index: String) async throws -> [String] {
        let database = try ApplicationDatabase(schema: Self.table + index)
        try await database.queue.write { database in
            for number in 1...9 {
                let state = number % 3 == 0 ? "open" : "done"
                try database.execute(
                    sql: "INSERT INTO logs VALUES (?, ?, ?, ?, ?)",
                    arguments: [number, "2019-01-0\(number) 00:00:00", state, number % 2, 1])
            }
        }
        let trace = Trace()
        let statements = try await withSession(of: database.store()) { session in
            try await trace.attach(to: session)
            var cursor: ScanCursor?
            repeat { cursor = try await session.page(selection, after: cursor, limit: 2).next } while cursor != nil
            return trace.all
        }
        let pages = Set(statements).filter { $0.hasPrefix("SELECT row.") && $0.contains(" ORDER BY ") }
        return try await database.queue.read { database in
            try pages.sorted().map { sql in
                let arguments = StatementArguments(Array(repeating: 1, count: sql.count { $0 == "?" }))
                return try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
                    .map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
    }

    private func plans(_ rule: Rule, with index: String) async throws -> [String] {
        try await plans(rule.operation(span: 10...99).selection(at: ApplicationDatabase.now), with: index)
    }

    /// One of a rule's ways to say which rows it is for.
    struct Case: Sendable, CustomTestStringConvertible {
        var index: String
        var rule: Rule
        /// Whether the index has more than what the rule asks for.
        var isWide = false
        var testDescription: String { index }
    }

    private static let isDone = Rule.Named("state", [RuleValue.text("done")])

    private static let withIndex: [Case] = [
        Case(index: "CREATE INDEX i ON logs (at)", rule: rule()),
        Case(index: "CREATE INDEX i ON logs (at, state)", rule: rule { $0.only = [isDone] }, isWide: true),
        Case(index: "CREATE INDEX i ON logs (at) WHERE at IS NOT NULL", rule: rule()),
        Case(index: "CREATE INDEX i ON logs (state, at)", rule: rule { $0.only = [isDone] }),
        Case(index: "CREATE INDEX i ON logs (state, at, level)", rule: rule { $0.only = [isDone] }, isWide: true),
        Case(index: "CREATE INDEX i ON logs (state)", rule: rule { $0.only = [isDone] }),
        Case(
            index: "CREATE INDEX i ON logs (level, at)",
            rule: rule { $0.only = [Rule.Named("level", [RuleValue.number("0")])] }),
        Case(
            index: "CREATE INDEX i ON logs (state)",
            rule: rule { $0.time = .byValue(of: "state", [Rule.Named("at", RuleValue.text("done"))]) }),
        Case(index: "CREATE INDEX i ON logs (at)", rule: rule { $0.reading.format = .unix(.seconds) }),
    ]

    @Test("an index that serves is used for every page, and nothing is sorted", arguments: withIndex)
    func served(_ one: Case) async throws {
        let plans = try await plans(one.rule, with: one.index)
        #expect(!plans.isEmpty)
        #expect(plans.allSatisfy { $0.hasPrefix("SEARCH row USING ") && $0.contains("INDEX i (") }, "\(plans)")
        // Where an index has more behind the time, rows of the same time are sorted by their keys.
        #expect(one.isWide || !plans.contains { $0.contains("B-TREE") }, "\(plans)")
    }

    private static let withoutIndex: [Case] = [
        Case(index: "", rule: rule()),
        Case(index: "CREATE INDEX i ON logs (at COLLATE NOCASE)", rule: rule()),
        Case(index: "CREATE INDEX i ON logs (state, at)", rule: rule()),
        Case(index: "CREATE INDEX i ON logs (at) WHERE state = 'open'", rule: rule { $0.only = [isDone] }),
        Case(
            index: "CREATE INDEX i ON logs (state)",
            rule: rule { $0.only = [Rule.Named("state", [RuleValue.text("done"), .null])] }),
        Case(index: "CREATE INDEX i ON logs (state)", rule: rule { $0.except = [isDone] }),
    ]

    @Test("where none serves, each page is a bounded step in the order of the key", arguments: withoutIndex)
    func unserved(_ one: Case) async throws {
        let plans = try await plans(one.rule, with: one.index)
        #expect(Set(plans) == ["SCAN row", "SEARCH row USING INTEGER PRIMARY KEY (rowid>?)"])
    }

    @Test("dependents are found by the index on the column that names their rows")
    func dependents() async throws {
        let selection = Selection(
            label: "logs", table: "logs", key: ["id"], columns: [ReadColumn("parent")],
            condition: .isIn("parent", [.integer(1), "1", .real(1)]))
        let plans = try await plans(selection, with: "CREATE INDEX i ON logs (parent)")
        #expect(!plans.isEmpty && plans.allSatisfy { $0.contains("INDEX i (parent=?") }, "\(plans)")
        #expect(Set(try await self.plans(selection, with: "")).contains("SCAN row"))
    }
}
