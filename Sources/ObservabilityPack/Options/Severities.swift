/// What the `severity` label of each alert says.
///
/// The pack knows two classes: `critical` is for what a person must look at now, `warning` for what can wait until
/// morning. `Watchdog` has a class of its own, since it always fires.
package struct Severities: Sendable, Equatable {
    package let critical: String
    package let warning: String
    package let watchdog: String
    /// Single alerts that are to have another severity than their class.
    package let overrides: [AlertName: String]

    /// `critical`, `warning`, and `none` for the watchdog.
    package static let standard = Severities(
        unchecked: "critical", warning: "warning", watchdog: "none", overrides: [:])

    package init(
        critical: String = standard.critical, warning: String = standard.warning,
        watchdog: String = standard.watchdog, overrides: [AlertName: String] = [:]
    ) throws(PackOptionsError) {
        for value in [critical, warning, watchdog] + overrides.values.sorted() {
            _ = try Validation.text(value, option: "severities")
        }
        self.init(unchecked: critical, warning: warning, watchdog: watchdog, overrides: overrides)
    }

    private init(unchecked critical: String, warning: String, watchdog: String, overrides: [AlertName: String]) {
        self.critical = critical
        self.warning = warning
        self.watchdog = watchdog
        self.overrides = overrides
    }

    /// Reads `critical=page,warning=ticket,JobsweepDown=ticket`: classes and single alerts.
    package static func parse(_ text: String) throws(PackOptionsError) -> Severities {
        var classes = ["critical": standard.critical, "warning": standard.warning, "watchdog": standard.watchdog]
        var overrides: [AlertName: String] = [:]
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2 else {
                throw PackOptionsError(option: "severities", problem: "'\(pair)' is not NAME=SEVERITY")
            }
            if classes[parts[0]] != nil {
                classes[parts[0]] = parts[1]
            } else if let alert = AlertName(rawValue: parts[0]) {
                overrides[alert] = parts[1]
            } else {
                let known = AlertName.allCases.map(\.rawValue).joined(separator: ", ")
                throw PackOptionsError(
                    option: "severities",
                    problem: "'\(parts[0])' is neither critical, warning, watchdog nor an alert (\(known))")
            }
        }
        return try Severities(
            critical: classes["critical"] ?? "", warning: classes["warning"] ?? "",
            watchdog: classes["watchdog"] ?? "", overrides: overrides)
    }

    /// The label's value for an alert.
    package func severity(of alert: AlertName) -> String {
        if let override = overrides[alert] { return override }
        switch alert.urgency {
        case .now: return critical
        case .soon: return warning
        case .never: return watchdog
        }
    }
}
