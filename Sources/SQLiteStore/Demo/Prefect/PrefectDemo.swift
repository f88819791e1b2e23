import GRDB
import Sweeping

/// A Prefect server that has run a few flows for five months.
struct PrefectDemo: Demo {
    static let preset = "prefect"
    static let tables = [
        "flow_run", "task_run", "flow_run_state", "log", "artifact", "events", "event_resources",
    ]

    /// A flow, how often it runs, and how it does.
    private struct Flow {
        var id: String
        var name: String
        var hoursBetween: Int
        var tasks: Int
        var minutes: Int
        /// The key of the artifact that each of its runs leaves.
        var artifact: String?
    }

    private static let days = 150
    private static let steps = ["extract", "transform", "load", "validate", "publish"]
    private let now: Timestamp
    private var random = DemoRandom(seed: 2_026)
    private var flows: [Flow] = []
    /// The newest artifact of each key.
    private var newest: [String: (artifact: String, run: String)] = [:]

    init(now: Timestamp) {
        self.now = now
        flows = [
            Flow(id: random.uuid(), name: "ingest-orders", hoursBetween: 3, tasks: 3, minutes: 6, artifact: "orders"),
            Flow(id: random.uuid(), name: "sync-crm", hoursBetween: 6, tasks: 2, minutes: 12),
            Flow(id: random.uuid(), name: "nightly", hoursBetween: 24, tasks: 4, minutes: 40, artifact: "report"),
            Flow(id: random.uuid(), name: "train-model", hoursBetween: 168, tasks: 5, minutes: 240, artifact: "model"),
        ]
    }

    mutating func fill(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { try $0.execute(sql: PrefectSchema.sql) }
        for flow in flows {
            try queue.write { database in
                try insert("flow", [flow.id, text(now - .days(Self.days)), flow.name], in: database)
                for hours in stride(from: Self.days * 24, to: 0, by: -flow.hoursBetween) {
                    try insertRun(of: flow, at: now - .hours(hours) + jitter(of: 20), in: database)
                }
            }
        }
        try queue.write { database in
            for (key, last) in newest.sorted(by: { $0.key < $1.key }) {
                try insert("artifact_collection", [random.uuid(), key, last.artifact, last.run], in: database)
            }
            try insertOdd(in: database)
        }
    }

    /// A run with its states, tasks, logs, artifact and events. A run that has just begun hasn't ended.
    private mutating func insertRun(of flow: Flow, at instant: Timestamp, in database: Database) throws {
        let ended = instant + .minutes(Int.random(in: flow.minutes / 2...flow.minutes * 2, using: &random))
        let dice = Int.random(in: 0..<100, using: &random)
        let outcome = dice < 90 ? "COMPLETED" : dice < 96 ? "FAILED" : dice < 98 ? "CANCELLED" : "CRASHED"
        let state = ended > now ? "RUNNING" : outcome
        let end = ended > now ? nil : ended
        let run = try insertRun(flow.id, state, began: instant, ended: end, in: database)
        for (number, name) in Self.steps.prefix(flow.tasks).enumerated() {
            let begun = text(instant)
            try insert(
                "task_run", [random.uuid(), begun, "\(name)-\(number)", state, begun, end.map(text), run], in: database)
        }
        for line in 0..<Int.random(in: 4...9, using: &random) {
            let message = line == 0 ? "Beginning flow run for flow '\(flow.name)'" : "Processed \(line * 250) rows"
            let said = text(instant + .seconds(line * 5))
            try insert(
                "log", [random.uuid(), "prefect.flow_runs", line == 7 ? 30 : 20, run, nil, message, said], in: database)
        }
        if let key = flow.artifact, state == "COMPLETED" {
            let artifact = random.uuid()
            let made = text(ended)
            try insert("artifact", [artifact, made, made, key, "markdown", #""done""#, run], in: database)
            newest[key] = (artifact, run)
        }
        // The server itself forgets events after a week; this one was told to keep them for a month.
        if instant > now - .days(30) { try insertEvents(of: run, state, at: instant, in: database) }
    }

    private mutating func insertRun(
        _ flow: String, _ state: String, began: Timestamp, ended: Timestamp?, in database: Database
    ) throws -> String {
        let run = random.uuid()
        let name = "\(["able", "bold", "calm", "deft"].randomElement(using: &random) ?? "able")-\(run.prefix(6))"
        let last = ended ?? began + .seconds(2)
        let created = began - .seconds(4)
        let values: [(any DatabaseValueConvertible)?] = [
            run, text(created), text(last), name, state, state.capitalized, text(began), ended.map(text), flow, nil,
        ]
        try insert("flow_run", values, in: database)
        let states = [("SCHEDULED", created), ("PENDING", began - .seconds(1)), ("RUNNING", began), (state, last)]
        for (type, instant) in states.prefix(ended == nil ? 3 : 4) {
            try insert(
                "flow_run_state", [random.uuid(), type, text(instant), type.capitalized, nil, run], in: database)
        }
        return run
    }

    private mutating func insertEvents(
        of run: String, _ state: String, at instant: Timestamp, in database: Database
    ) throws {
        for (number, name) in ["Pending", "Running", state.capitalized].enumerated() {
            let event = random.uuid()
            let occurred = text(instant + .seconds(number))
            let resource = "prefect.flow-run.\(run)"
            try insert("events", [event, occurred, "prefect.flow-run.\(name)", resource, "{}"], in: database)
            for role in ["", "flow"] {
                try insert("event_resources", [random.uuid(), occurred, resource, role, event], in: database)
            }
        }
    }

    /// Runs that stay although they are old: one that never ended, one that waits, and one that says no time of its end.
    private mutating func insertOdd(in database: Database) throws {
        for (state, days) in [("RUNNING", 130), ("PAUSED", 120), ("SCHEDULED", 110), ("COMPLETED", 140)] {
            _ = try insertRun(flows[0].id, state, began: now - .days(days), ended: nil, in: database)
        }
    }

    private func insert(_ table: String, _ values: [(any DatabaseValueConvertible)?], in database: Database) throws {
        let marks = values.map { _ in "?" }.joined(separator: ", ")
        try database.cachedStatement(sql: "INSERT INTO \(table) VALUES (\(marks))").execute(
            arguments: StatementArguments(values))
    }

    private mutating func jitter(of minutes: Int) -> Duration {
        .milliseconds(Int.random(in: 0..<minutes * 60_000, using: &random))
    }

    private func text(_ instant: Timestamp) -> String {
        TimeRange.plainText(instant, in: .utc)
    }
}
