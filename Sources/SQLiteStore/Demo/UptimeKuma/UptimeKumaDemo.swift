import GRDB
import Sweeping

/// Uptime Kuma with some monitors that have been looked at for two hundred days.
struct UptimeKumaDemo: Demo {
    static let preset = "uptime_kuma"
    static let tables = ["monitor", "heartbeat", "stat_daily", "stat_minutely"]

    /// One monitor, and from when to when it was looked at.
    private struct Monitor {
        var name: String
        /// Seconds between two looks.
        var interval: Int
        /// In days before now.
        var from: Int
        var until = 0
        /// How often something is wrong, in ten thousand looks.
        var trouble = 12
    }

    private static let monitors = [
        Monitor(name: "Blog", interval: 1_800, from: 210), Monitor(name: "Shop", interval: 900, from: 120),
        Monitor(name: "Mail", interval: 1_800, from: 210, trouble: 40),
        Monitor(name: "NAS", interval: 3_600, from: 210),
        Monitor(name: "Router", interval: 300, from: 20), Monitor(name: "Database", interval: 600, from: 60),
        Monitor(name: "Backup", interval: 7_200, from: 210), Monitor(name: "Wiki", interval: 1_800, from: 90),
        // Paused for weeks: its last hundred heartbeats stay.
        Monitor(name: "Old server", interval: 3_600, from: 150, until: 40),
        // Paused for so long that all of them go.
        Monitor(name: "First server", interval: 7_200, from: 230, until: 190),
    ]

    private let now: Timestamp
    private var random = DemoRandom(seed: 2_026)

    init(now: Timestamp) {
        self.now = now
    }

    mutating func fill(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { try $0.execute(sql: UptimeKumaSchema.sql) }
        for (index, monitor) in Self.monitors.enumerated() {
            try queue.write { database in
                try insert(monitor, Int64(index + 1), in: database)
                try insertHeartbeats(of: monitor, Int64(index + 1), in: database)
            }
        }
    }

    private func insert(_ monitor: Monitor, _ id: Int64, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO monitor (id, name, active, interval, url, type, created_date) VALUES (?, ?, ?, ?, ?, 'http', ?)
                """,
            arguments: [
                id, monitor.name, monitor.until == 0, monitor.interval,
                "https://\(monitor.name.lowercased().replacing(" ", with: "-")).example",
                text(now - .days(monitor.from)),
            ])
        try database.execute(
            sql: "INSERT INTO monitor_notification (monitor_id, notification_id) VALUES (?, 1)", arguments: [id])
    }

    private mutating func insertHeartbeats(of monitor: Monitor, _ id: Int64, in database: Database) throws {
        var instant = now - .days(monitor.from)
        let last = now - .days(monitor.until)
        var isUp = true
        var day = (number: Int64(0), up: 0, down: 0)
        while instant < last {
            let was = isUp
            // What is down comes up again after some looks.
            isUp = isUp ? Int.random(in: 0..<10_000, using: &random) >= monitor.trouble : random.chance(30)
            let isImportant = was != isUp || day.number == 0
            try insertHeartbeat(id, at: instant, isUp: isUp, isImportant: isImportant, of: monitor, in: database)
            let number = instant.microseconds / 86_400_000_000
            if number != day.number, day.number != 0 {
                try insertStatistics("stat_daily", id, day.number * 86_400, day.up, day.down, in: database)
                (day.up, day.down) = (0, 0)
            }
            day = (number, day.up + (isUp ? 1 : 0), day.down + (isUp ? 0 : 1))
            // Statistics by the minute are kept for a day.
            if instant > now - .days(1) {
                let minute = instant.microseconds / 60_000_000 * 60
                try insertStatistics("stat_minutely", id, minute, isUp ? 1 : 0, isUp ? 0 : 1, in: database)
            }
            instant = instant + .seconds(monitor.interval) + .milliseconds(Int.random(in: 0..<900, using: &random))
        }
    }

    private mutating func insertHeartbeat(
        _ id: Int64, at instant: Timestamp, isUp: Bool, isImportant: Bool, of monitor: Monitor, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO heartbeat (important, monitor_id, status, msg, time, ping, duration, down_count)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0)
                """
        ).execute(arguments: [
            isImportant, id, isUp ? 1 : 0, isUp ? "200 - OK" : "connect ECONNREFUSED", text(instant),
            isUp ? Int.random(in: 8...240, using: &random) : nil, monitor.interval,
        ])
    }

    private mutating func insertStatistics(
        _ table: String, _ id: Int64, _ second: Int64, _ up: Int, _ down: Int, in database: Database
    ) throws {
        try database.cachedStatement(
            sql: "INSERT OR IGNORE INTO \(table) (monitor_id, timestamp, ping, up, down) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [id, second, Double.random(in: 20...90, using: &random), up, down])
    }

    /// As Uptime Kuma writes instants: with three decimals.
    private func text(_ instant: Timestamp) -> String {
        String(TimeRange.plainText(instant, in: .utc).prefix(23))
    }
}
