/// Pieces of PromQL.
enum PromQL {
    /// A string as it stands between double quotes in PromQL.
    static func escape(_ value: String) -> String {
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Seconds as the longest single unit that fits, as Prometheus writes durations: 7200 is `2h`, 90 is `90s`.
    static func duration(_ seconds: Int) -> String {
        // Four plain branches: of a table of units the compiler made other code from one build to the next.
        if seconds <= 0 || !seconds.isMultiple(of: 60) { return String(seconds) + "s" }
        if seconds.isMultiple(of: 86_400) { return String(seconds / 86_400) + "d" }
        if seconds.isMultiple(of: 3600) { return String(seconds / 3600) + "h" }
        return String(seconds / 60) + "m"
    }
}

/// Writes selectors that all carry the same matchers.
struct Selectors: Sendable {
    private let common: [String]

    /// Selectors for rules: one scrape job, and the user's own matchers.
    static func rules(_ options: PackOptions) -> Selectors {
        Selectors(common: ["job=\"\(PromQL.escape(options.jobName))\""] + options.labelMatchers.map(\.promQL))
    }

    /// Selectors for panels: what the dashboard's variables hold, and the user's own matchers.
    static func panels(_ options: PackOptions) -> Selectors {
        Selectors(common: ["job=~\"$job\"", "instance=~\"$instance\""] + options.labelMatchers.map(\.promQL))
    }

    /// The metric with the common matchers and, after them, its own.
    func callAsFunction(_ metric: String, _ matchers: String...) -> String {
        "\(metric){\((common + matchers).joined(separator: ","))}"
    }
}
