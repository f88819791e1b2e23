import PostgresStore
import Scheduling
import Sweeping

/// What only shows when all sources are read: values that are good alone and not together.
enum ConsistencyChecks {
    static func check(_ reading: inout ConfigurationReading) {
        checkJobTypes(&reading)
        checkSchedule(&reading)
        checkTables(&reading)
        checkSecrets(&reading)
        checkRules(&reading)
    }

    /// Everybody on the machine sees what stands on a command line.
    private static func checkSecrets(_ reading: inout ConfigurationReading) {
        let origin = reading.configuration.origin(of: "database")
        guard case .flag = origin, case .postgres(let address) = reading.configuration.database, address.hasSecret
        else {
            return
        }
        reading.note(
            "a password on a command line is read by everybody who may list processes: put it into JOBSWEEP_DATABASE, the"
                + " configuration file or ~/.pgpass", at: "database", origin)
    }

    /// Lays the rules over those of the presets.
    private static func checkRules(_ reading: inout ConfigurationReading) {
        let names = reading.configuration.presets
        if names.contains(PresetLibrary.none), names.count > 1 {
            reading.note(
                "'none' stands for no preset, and so for itself alone", at: "preset",
                reading.configuration.origin(of: "preset"))
        }
        let presets = names.compactMap(PresetLibrary.preset)
        var own = reading.configuration.rules
        var drafts: [RuleDraft] = []
        for draft in presets.flatMap(\.drafts) {
            guard let place = own.firstIndex(where: { $0.name == draft.name }) else {
                drafts.append(draft)
                continue
            }
            drafts.append(own.remove(at: place).over(draft))
        }
        drafts += own
        let builtIn = Set(OperationKind.all.map(\.name.rawValue))
        reading.configuration.ruleSet = drafts.compactMap { draft in
            func note(_ message: String, _ key: String? = nil) {
                let file = reading.configuration.file ?? ""
                let line = key.flatMap { draft.lines[$0] } ?? draft.line
                let path = "rules.\(draft.name)" + (key.map { ".\($0)" } ?? "")
                reading.note(message, at: path, .file(path: file, line: line))
            }
            if builtIn.contains(draft.name) {
                note("is the name of an operation that is built in; set it under operations.\(draft.name)")
                return nil
            }
            if draft.table == nil, draft.lines["table"] == nil,
                let meant = Misspelling.nearest(to: draft.name, among: presets.flatMap(\.ruleNames))
            {
                note("has no `table`, and no rule of the presets has this name; did you mean '\(meant)'?")
                return nil
            }
            do throws(RuleDraft.Problem) {
                return try draft.rule()
            } catch {
                note(error.message, error.key)
                return nil
            }
        }
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

    /// Two tables can't be one, nor two columns of a table, unless both may be shared.
    private static func checkTables(_ reading: inout ConfigurationReading) {
        var tables: [Name] = []
        var columns: [String: (own: [Name], shared: [Name])] = [:]
        var sections: [String] = []
        for case let setting as OperationSetting<String> in SettingsCatalogue.declared {
            let name = (path: setting.path, name: reading.configuration.operations[setting])
            let section = String(setting.path.prefix(upTo: setting.path.lastIndex(of: ".") ?? setting.path.endIndex))
            if !sections.contains(section) { sections.append(section) }
            switch setting.kind {
            case .table: tables.append(name)
            case .column(isShared: true): columns[section, default: ([], [])].shared.append(name)
            default: columns[section, default: ([], [])].own.append(name)
            }
        }
        distinct(tables, &reading)
        for section in sections {
            let names = columns[section] ?? ([], [])
            distinct(names.own, &reading)
            for name in names.shared { distinct(names.own + [name], onlyLast: true, &reading) }
        }
    }

    private typealias Name = (path: String, name: String)

    /// Notes each name that an earlier one equals, as SQLite compares them: without case.
    /// - Parameter onlyLast: the others have been looked at.
    private static func distinct(
        _ names: [Name], onlyLast: Bool = false, _ reading: inout ConfigurationReading
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
