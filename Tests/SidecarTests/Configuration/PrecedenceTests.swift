import HTTPServer
import Scheduling
import Sweeping
import Testing

@testable import Sidecar

/// Flag over environment over file over default.
@Suite struct PrecedenceTests {
    @Test func everyLevelIsReplacedByTheNext() throws {
        var loading = Loading()
        #expect(try loading.load().database == nil)
        #expect(try loading.load().origin(of: "database") == .standard(basis: nil))

        loading = Loading("# first\ndatabase: /file.db\n")
        #expect(try loading.load().database == .sqlite(path: "/file.db"))
        #expect(try loading.load().origin(of: "database") == .file(path: "jobsweep.yml", line: 2))

        loading.environment["JOBSWEEP_DATABASE"] = "/environment.db"
        #expect(try loading.load().database == .sqlite(path: "/environment.db"))
        #expect(try loading.load().origin(of: "database") == .environment(variable: "JOBSWEEP_DATABASE"))

        loading.flags[.database] = ["flag.db"]
        #expect(try loading.load().database == .sqlite(path: "/here/flag.db"))
        #expect(try loading.load().origin(of: "database") == .flag(name: "--database"))
    }

    @Test func everyFlag() throws {
        var loading = Loading(
            """
            database: /file.db
            state: /file
            log: {level: debug, format: text}
            web: {listen_address: [":1"], config_file: /file.yml}
            """)
        loading.flags[.database] = ["/first.db", "/flag.db"]
        loading.flags[.state] = ["flag"]
        loading.flags[.logLevel] = ["warning"]
        loading.flags[.logFormat] = ["json"]
        loading.flags[.listenAddress] = ["[::1]:9745", "localhost:0"]
        loading.flags[.webConfigFile] = ["flag.yml"]
        loading.flags[.externalURL] = ["http://flag.example/x"]
        loading.flags[.routePrefix] = ["/y"]
        let configuration = try loading.load()
        #expect(configuration.database == .sqlite(path: "/flag.db"))
        #expect(configuration.state == "/here/flag")
        #expect(configuration.log.level == .warning)
        #expect(configuration.log.format == .json)
        #expect(
            configuration.web.listenAddresses == [
                ListenAddress(host: "::1", port: 9745), ListenAddress(host: "localhost", port: 0),
            ])
        #expect(configuration.web.configFile == "/here/flag.yml")
        #expect(configuration.web.externalURL?.text == "http://flag.example/x")
        #expect(configuration.web.routePrefix.path == "/y")
        let flags = SettingsCatalogue.all.compactMap { setting in
            setting.flag.map { ($0, configuration.origin(of: setting.path) == .flag(name: $0.text)) }
        }
        #expect(flags.map(\.0) == SettingFlag.allCases)
        #expect(flags.filter { !$0.1 }.map(\.0) == [])
        #expect(
            SettingFlag.allCases.map(\.text) == [
                "--database", "--state", "--log.level", "--log.format", "--web.listen-address", "--web.config.file",
                "--web.external-url", "--web.route-prefix",
            ])
    }

    @Test func theFileComesFromTheFlagOrTheEnvironment() throws {
        let files = ["flag.yml": "state: /flag", "environment.yml": "state: /environment"]
        func load(_ flag: String?, _ variable: String?) throws -> Configuration {
            var flags = CommandLineSettings()
            flags.configFile = flag
            let environment = variable.map { ["JOBSWEEP_CONFIG_FILE": $0] } ?? [:]
            return try ConfigurationLoader(
                commandLine: flags, environment: environment.merging(["HOME": "/home/me"]) { $1 },
                workingDirectory: "/here",
                readFile: { Array(try #require(files[$0]).utf8) }
            ).load()
        }
        #expect(try load("flag.yml", "environment.yml").state == "/flag")
        #expect(try load("flag.yml", "environment.yml").file == "flag.yml")
        #expect(try load(nil, "environment.yml").state == "/environment")
        #expect(try load(nil, "environment.yml").origin(of: "state") == .file(path: "environment.yml", line: 1))
        #expect(try load(nil, nil).state == "/home/me/.local/state/jobsweep")
        #expect(try load(nil, nil).file == nil)
    }

    @Test func aHigherSourcesIntervalReplacesACronExpressionAndTheOtherWayRound() throws {
        var configuration = try Loading(
            "schedule: {cron: 0 3 * * *}", environment: ["JOBSWEEP_SCHEDULE_EVERY": "2h"]
        ).load()
        #expect(configuration.schedule.schedule == .every(.hours(2)))
        #expect(configuration.origin(of: "schedule.every") == .environment(variable: "JOBSWEEP_SCHEDULE_EVERY"))
        #expect(configuration.origin(of: "schedule.cron") == .standard(basis: nil))

        configuration = try Loading(
            "schedule: {every: 2h}", environment: ["JOBSWEEP_SCHEDULE_CRON": "0  3 * * *"]
        ).load()
        #expect(configuration.schedule.schedule == .cron(try CronExpression(parsing: "0 3 * * *")))
        #expect(configuration.origin(of: "schedule.cron") == .environment(variable: "JOBSWEEP_SCHEDULE_CRON"))
        #expect(configuration.origin(of: "schedule.every") == .standard(basis: nil))
    }

    @Test func mapsAreLaidOverEachOtherKeyByKey() throws {
        let configuration = try Loading(
            """
            operations:
              stale_jobs:
                timeouts: {ANALYSIS: 2h, my_type: 10m}
              old_jobs:
                keep_by_type: {export: 7d}
                keep_by_status: {Failed: 90d}
            """,
            environment: [
                "JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_ANALYSIS": "90m",
                "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_TYPE_SYNC": "2d",
                "JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_CANCELLED": "3d",
            ]
        ).load()
        var timeouts = StaleJobs.timeouts.standard
        timeouts["analysis"] = .minutes(90)
        timeouts["my_type"] = .minutes(10)
        #expect(configuration.operations[StaleJobs.timeouts] == timeouts)
        #expect(configuration.operations[OldJobs.keepByType] == ["export": .days(7), "sync": .days(2)])
        #expect(configuration.operations[OldJobs.keepByStatus] == ["failed": .days(90), "cancelled": .days(3)])
        #expect(
            configuration.origin(of: "operations.stale_jobs.timeouts.analysis")
                == .environment(variable: "JOBSWEEP_OPERATIONS_STALE_JOBS_TIMEOUTS_ANALYSIS"))
        #expect(
            configuration.origin(of: "operations.stale_jobs.timeouts.my_type") == .file(path: "jobsweep.yml", line: 3))
        #expect(configuration.origin(of: "operations.stale_jobs.timeouts.sync") == .standard(basis: nil))
    }

    @Test func whatAHigherSourceReplacesMustStillBeRight() {
        let loading = Loading(
            "operations: {old_jobs: {keep: soon}}", environment: ["JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP": "45d"])
        #expect(
            loading.problems == [
                "jobsweep.yml:1: operations.old_jobs.keep: 'soon' is not a duration; write one such as 30d, 5m or 1h30m"
            ])
    }

    @Test func problemsComeInOrderOfTheirSources() {
        var loading = Loading(
            "state: /a\nschedule: {every: x}\n", environment: ["JOBSWEEP_LOG_LEVEL": "x", "HOME": ""])
        loading.flags[.logFormat] = ["x"]
        #expect(
            loading.problems == [
                "jobsweep.yml:2: schedule.every: 'x' is not a duration; write one such as 30d, 5m or 1h30m",
                "environment JOBSWEEP_LOG_LEVEL: 'x' is unknown; write trace, debug, info, notice, warning, error or critical",
                "flag --log.format: 'x' is unknown; write text or json",
            ])
    }
}
