import HTTPServer
import Logging
import PostgresStore
import Scheduling
import Sweeping

/// Everything that can be set, validated and typed, and where each value came from. `ConfigurationLoader` makes it.
package struct Configuration: Sendable, Equatable {
    /// The file that it was read from; nil without one.
    package var file: String?
    /// The database to keep clean; nil when nobody named one, which `config` may show but nothing else can work with.
    package var database: DatabaseLocation?
    /// The directory for jobsweep's own database, as an absolute path.
    package var state = ""
    /// When runs are due.
    package internal(set) var schedule: SchedulePolicy
    /// What `schedule` is built from.
    var scheduleSettings = ScheduleSettings()
    /// What is set about the operations, the names of the application's tables and columns included.
    package var operations = SettingValues()
    /// Whose tables these are, by the names of presets.
    package var presets = [PresetLibrary.standard]
    /// Rules as the configuration says them, laid over those of the presets.
    var rules: [RuleDraft] = []
    /// The presets' rules and those of the user's own, in the order in which a run does them.
    package internal(set) var ruleSet: [Rule] = []
    package var limits = LimitsSettings()
    package var pacing = PacingPolicy()
    package var archive = ArchiveSettings()
    /// For whose sake a run waits on a server.
    package var pressure = PressureLimits()
    /// What times without an offset are read in.
    package var timeZone = TimeZoneRules.utc
    /// How long a run may take.
    package var timeLimit = SweepPolicy.defaultTimeLimit
    package var log = LogSettings()
    package var web = WebSettings()
    /// Job types of the application's own whose names are so close to a known one that they would pass for misspelled, in lower case.
    package var extraJobTypes: [String] = []
    /// The settings and sections that the file holds, by path, in its order.
    var fileKeys: [String] = []
    /// The sections among them.
    var fileSections: [String] = []
    /// Where the values that aren't defaults came from, by path.
    var origins: [String: ConfigurationOrigin] = [:]

    /// The defaults, but for the state directory, which has none without an environment.
    package init() {
        do throws(SchedulePolicyError) {
            schedule = try scheduleSettings.policy()
        } catch {
            preconditionFailure("the schedule's defaults are wrong: \(error)")
        }
    }

    /// What a run does.
    package var sweep: SweepPolicy {
        var policy = SweepPolicy(
            operations, hasJobs: presets.contains(PresetLibrary.standard), rules: ruleSet, pacing: pacing,
            timeZone: timeZone, timeLimit: timeLimit)
        policy.surge = limits.surge.number
        policy.maxRows = limits.maxRows.number
        return policy
    }

    /// What a run would do with these presets and nothing else set.
    package func policy(presets: [Preset]) -> SweepPolicy {
        let rules = presets.flatMap(\.drafts).compactMap { try? $0.rule() }
        return SweepPolicy(
            operations, hasJobs: presets.contains { $0.name.isSame(as: PresetLibrary.standard) }, rules: rules,
            pacing: pacing, timeZone: timeZone, timeLimit: timeLimit)
    }

    /// Where the value of a setting came from.
    /// - Parameter path: such as `operations.old_jobs.keep` or, in a map, `operations.old_jobs.keep_by_type.export`.
    package func origin(of path: String) -> ConfigurationOrigin {
        origins[path] ?? .standard(basis: nil)
    }
}

/// How much is logged, and how it looks.
package struct LogSettings: Sendable, Equatable {
    package var level = Logger.Level.info
    package var format = LogFormat.text

    package init() {}
}

/// Where `serve` listens.
package struct WebSettings: Sendable, Equatable {
    package static let defaultListenAddress = ListenAddress(host: "127.0.0.1", port: 9745)

    package var listenAddresses = [defaultListenAddress]
    /// The file with users and TLS, as an absolute path; nil for neither.
    package var configFile: String?
    /// Where browsers reach `serve`, if not where it listens.
    package var externalURL: ExternalURL?
    /// What every path begins with, where it isn't the external URL's path.
    var ownRoutePrefix: RoutePrefix?

    package init() {}

    /// What every path begins with.
    package var routePrefix: RoutePrefix { ownRoutePrefix ?? externalURL?.prefix ?? .none }
}
