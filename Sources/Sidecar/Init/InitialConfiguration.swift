import Sweeping

/// A configuration for a database that nobody has configured yet: short, with only what differs from the presets, and with what was found as
/// comments.
package struct InitialConfiguration: Sendable {
    /// As it stands in the file.
    package var database: String
    /// The directory for run history and totals; empty where nobody named one.
    package var state: String
    package var survey: DatabaseSurvey
    /// What a run under the presets would do now; nil where nobody knows.
    package var preview: RunReport?
    package var findings: [Finding]
    package var now: Timestamp

    /// A table with fewer rows isn't one that grows.
    private static let fewest = 1_000
    /// So many tables are told of.
    private static let mostTables = 40

    package init(
        database: String, state: String, survey: DatabaseSurvey, preview: RunReport?, findings: [Finding],
        now: Timestamp
    ) {
        self.database = database
        self.state = state
        self.survey = survey
        self.preview = preview
        self.findings = findings
        self.now = now
    }

    package var presets: [Preset] { survey.recognition.matches.map(\.preset) }

    package var text: String {
        var lines = [
            "# jobsweep's configuration, written by `jobsweep init` on \(now.rfc3339.prefix(10)).",
            "# Look at what a run would do:  jobsweep preview --config.file FILE", "",
            "database: \(YAMLText.scalar(database))",
        ]
        if !state.isEmpty { lines.append("state: \(YAMLText.scalar(state))") }
        lines.append("")
        lines += presetLines
        lines += ["", "# What was found:"] + tableLines.map { "#   \($0)" }
        if let preview { lines += ["#", "# A run would do now:"] + previewLines(preview).map { "#   \($0)" } }
        let notes = findings.filter { $0.level != .ok }
        if !notes.isEmpty {
            lines += ["#", "# Worth a look (`jobsweep check` says it anew):"]
            lines += notes.map { "#   \($0.level.rawValue) \($0.subject): \($0.message.replacing("\n", with: " "))" }
        }
        lines += [
            "", "# When a run is due. Times of the day go as `cron: \"0 3 * * *\"`, in UTC.", "schedule:",
            "  every: 30m",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private var presetLines: [String] {
        guard !presets.isEmpty else { return ownRules }
        var lines = survey.recognition.matches.map { "# \($0.finding.message)" }
        lines += presets.map { "# \($0.about)" }
        let names = presets.map(\.name)
        lines.append(names.count == 1 ? "preset: \(names[0])" : "preset: [\(names.joined(separator: ", "))]")
        let rules = presets.flatMap(\.drafts)
        if let first = rules.first {
            lines += [
                "", "# Single values of the preset's rules are changed by their names (\(list(rules.map(\.name)))):",
                "# rules:", "#   - name: \(first.name)",
                "#     keep: \(first.keep?.duration?.prometheusText ?? "forever")",
            ]
        }
        if presets.contains(where: { $0.name.isSame(as: PresetLibrary.standard) }) {
            lines += ["", "# How long things are kept; `jobsweep config` shows every setting.", "# operations:"]
            lines += ["#   old_jobs: {keep: 30d}", "#   old_downloads: {keep: 14d}"]
        }
        return lines
    }

    /// Rules for tables that look as if they grew, all of them switched off: only somebody who knows the application can say.
    private var ownRules: [String] {
        var lines = [
            "# No application was recognized. These rules are proposals for tables that have times and many rows;",
            "# each is switched off until somebody who knows the application has looked at it.", "preset: none", "",
        ]
        let growing = survey.tables.filter { $0.rows.rows >= Self.fewest && !$0.times.isEmpty }
            .sorted { $0.rows.rows > $1.rows.rows }
        let proposals = growing.filter { !$0.facts.primaryKey.isEmpty }
        lines += growing.filter(\.facts.primaryKey.isEmpty).map {
            "# \($0.facts.table) has no primary key: a rule for it has to name columns that tell its rows apart, under `key`."
        }
        guard !proposals.isEmpty else {
            return lines + [
                "# No table has both times and \(Self.fewest) rows: docs/rules.md says how a rule is written.",
                "rules: []",
            ]
        }
        lines.append("rules:")
        var names: Set<String> = []
        for table in proposals {
            let time = column(of: table)
            lines += [
                "  - name: \(name(for: table.facts.table, &names))", "    enabled: false",
                "    table: \(YAMLText.scalar(table.facts.table.description))",
                "    time: \(YAMLText.scalar(time.column))"
                    + (time.times.oldest.map { "  # the oldest is of \($0.rfc3339.prefix(10))" } ?? ""),
                "    keep: 90d",
            ]
            let others = table.times.map(\.column).filter { !$0.isSame(as: time.column) }
            if !others.isEmpty { lines.append("    # other times: \(others.joined(separator: ", "))") }
        }
        return lines
    }

    /// The time that says when a row was over, else when it was made.
    private func column(of table: DatabaseSurvey.Table) -> (column: String, times: ColumnTimes) {
        let wanted = ["finish", "complete", "end", "stop", "done", "created", "insert", "timestamp", "time"]
        for word in wanted {
            if let found = table.times.first(where: { $0.column.lowercased().contains(word) }) { return found }
        }
        return table.times[0]
    }

    private func name(for table: TableReference, _ taken: inout Set<String>) -> String {
        let letters = table.name.lowercased().utf8.map { byte -> UInt8 in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte)
                ? byte : UInt8(ascii: "_")
        }
        var name = String(decoding: letters.prefix(36), as: UTF8.self)
        if RuleReader.problem(ofName: name) != nil { name = "old_" + name }
        name = String(name.prefix(36))
        var unique = name
        var count = 2
        while !taken.insert(unique).inserted {
            unique = "\(name)_\(count)"
            count += 1
        }
        return unique
    }

    private var tableLines: [String] {
        let known = survey.tables.sorted { $0.rows.rows > $1.rows.rows }
        let width = known.prefix(Self.mostTables).map(\.facts.table.description.count).max() ?? 0
        var lines = known.prefix(Self.mostTables).map { table in
            let name = table.facts.table.description.padding(to: max(width, 5))
            let rows = "\(table.rows.isLeast ? "over " : "")\(table.rows.rows) rows".padding(to: 16)
            let bytes = (table.bytes.map(readableBytes) ?? "").padding(to: 10)
            let oldest = table.oldest.map { "since \($0.rfc3339.prefix(10))" } ?? ""
            return "\(name)  \(rows)  \(bytes)  \(oldest)".trimmedAtEnd
        }
        if known.count > Self.mostTables { lines.append("and \(known.count - Self.mostTables) more tables") }
        return lines.isEmpty ? ["no tables"] : lines
    }

    private func previewLines(_ report: RunReport) -> [String] {
        report.catalogue.map { operation in
            let result = report.results[operation.name]
            let dependents = result?.dependents ?? 0
            return "\(operation.name): \(result?.rowsChanged ?? 0) \(operation.wording.outcome(dryRun: true))"
                + (dependents > 0 ? ", and \(dependents) rows of other tables with them" : "")
        } + report.errors.prefix(5).map { "error in \($0.operationLabel): \($0.message)" }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.hasSuffix(" ") { text.removeLast() }
        return text
    }
}
