import Scheduling
import Sweeping

/// What only shows when all sources are read: values that are good alone and not together.
enum ConsistencyChecks {
    static func check(_ reading: inout ConfigurationReading) {
        checkJobTypes(&reading)
        checkSchedule(&reading)
        checkTables(&reading)
    }

    private static func checkJobTypes(_ reading: inout ConfigurationReading) {
        let own = Set(reading.configuration.extraJobTypes)
        for (name, path, origin) in reading.jobTypes where !own.contains(name) {
            guard let meant = JobTypeName.misspelled(name) else { continue }
            reading.note(
                "unknown job type; did you mean '\(meant.rawValue)'? If the application has a type '\(name)', say so: "
                    + "operations.extra_job_types: [\(YAMLText.scalar(name))]",
                at: path, origin)
        }
    }

    /// Builds the schedule from its settings.
    private static func checkSchedule(_ reading: inout ConfigurationReading) {
        do throws(SchedulePolicyError) {
            reading.configuration.schedule = try reading.configuration.scheduleSettings.policy()
        } catch {
            // Each value is good alone. Where the one that it names is a default, it is the interval that somebody chose.
            let paths = ["schedule.\(error.setting)", "schedule.every", "schedule.cron"]
            let set = paths.first { reading.configuration.origins[$0] != nil } ?? paths[0]
            let message = set == paths[0] ? error.problem : "\(error)"
            reading.note(message, at: set, reading.configuration.origin(of: set))
        }
    }

    private static func checkTables(_ reading: inout ConfigurationReading) {
        let tables = reading.configuration.tables
        distinct(
            [
                ("tables.jobs.table", tables.jobs.table), ("tables.downloads.table", tables.downloads.table),
                ("tables.plans.table", tables.plans.table),
            ], &reading)
        // An application without all four timestamps may name one of them several times; the other columns can't be shared.
        let jobs = tables.jobs
        let fixed = [
            ("tables.jobs.id", jobs.id), ("tables.jobs.type", jobs.type), ("tables.jobs.status", jobs.status),
            ("tables.jobs.progress", jobs.progress), ("tables.jobs.error", jobs.error),
        ]
        let times = [
            ("tables.jobs.created_at", jobs.createdAt), ("tables.jobs.started_at", jobs.startedAt),
            ("tables.jobs.completed_at", jobs.completedAt), ("tables.jobs.updated_at", jobs.updatedAt),
        ]
        distinct(fixed, &reading)
        for time in times { distinct(fixed + [time], onlyLast: true, &reading) }
        distinct(
            [("tables.downloads.id", tables.downloads.id), ("tables.downloads.timestamp", tables.downloads.timestamp)],
            &reading)
        distinct(
            [
                ("tables.plans.id", tables.plans.id), ("tables.plans.status", tables.plans.status),
                ("tables.plans.job_id", tables.plans.jobID), ("tables.plans.updated_at", tables.plans.updatedAt),
            ], &reading)
    }

    /// Notes each name that an earlier one equals, as SQLite compares them.
    /// - Parameter onlyLast: the others have been looked at.
    private static func distinct(
        _ names: [(path: String, name: String)], onlyLast: Bool = false, _ reading: inout ConfigurationReading
    ) {
        for (index, (path, name)) in names.enumerated() where !onlyLast || index == names.count - 1 {
            guard let other = names[..<index].first(where: { Bytes.areSameName($0.name, name) }) else {
                continue
            }
            // One of them was set by somebody: the defaults differ.
            let origin = reading.configuration.origin(of: path)
            let (set, beside) = origin == .standard(basis: nil) ? (other.path, path) : (path, other.path)
            reading.note(
                "\(ValueProblem.quoted(name)) is \(beside) already", at: set, reading.configuration.origin(of: set))
        }
    }
}
