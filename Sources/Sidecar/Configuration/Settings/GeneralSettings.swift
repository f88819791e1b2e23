import Scheduling
import Sweeping

/// What jobsweep works on and when.
extension SettingsCatalogue {
    static let general: [Setting] = [
        .optional(
            "database", \.database, .database, .restart, flag: .database,
            "The application's database: the path of a SQLite file, or a URL such as postgresql://app@db.example/app."),
        .list(
            "preset", \.presets, .preset, .live, wants: "a preset's name or a list of them",
            "Whose tables these are: `jobsweep presets` lists the names; `none` for rules of one's own alone."),
        .value(
            "state", \.state, .directory, .restart, flag: .state,
            "The directory for jobsweep's own database. The default is $STATE_DIRECTORY, else $XDG_STATE_HOME/jobsweep, else "
                + "~/.local/state/jobsweep."),
        .value(
            "time_zone", \.timeZone, .timeZone, .live,
            "Where the application's times are from that carry no offset of their own."),
    ]

    static let schedule: [Setting] = [
        .optional(
            "schedule.every", \.scheduleSettings.every, .duration(SchedulePolicy.shortestEvery...longest, such: "30m"),
            .live, excludes: "schedule.cron",
            "How often a run is due."),
        .optional(
            "schedule.cron", \.scheduleSettings.cron, .cron, .live, excludes: "schedule.every",
            "When a run is due, as a cron expression of five fields in UTC, in place of `every`."),
        .value(
            "schedule.first_run_after", \.scheduleSettings.firstRunAfter, .duration(.zero...longest, such: "1m"), .live,
            "How long after a fresh start the first run comes."),
        .value(
            "schedule.misfire_grace", \.scheduleSettings.misfireGrace, .duration(.zero...longest), .live,
            "A run that was missed by no more than this is made up for, once; one missed by more is skipped."),
        .value(
            "schedule.catch_up", \.scheduleSettings.catchUp, .boolean, .live,
            "Whether a run that was missed because the sidecar was down or the machine asleep is made up for, once, however late."
        ),
        .value(
            "schedule.jitter", \.scheduleSettings.jitter, .duration(.zero...longest, such: "30s"), .live,
            "The most by which each run is put off at random, so that many sidecars don't start together."),
        .value(
            "schedule.timeout", \.timeLimit, .duration(.seconds(1)...longest), .live,
            "How long a run may take; what it did until then stays done."),
    ]

    static let logAndWeb: [Setting] = [
        .value(
            "log.level", \.log.level, .word, .live, flag: .logLevel,
            "What is logged: this level and those above it."),
        .value("log.format", \.log.format, .word, .restart, flag: .logFormat, "How a line of the log looks."),
        .list(
            "web.listen_address", \.web.listenAddresses, .listenAddress, .restart, flag: .listenAddress,
            wants: "a list of addresses such as 127.0.0.1:9745",
            "Where `serve` listens: host and port, [IPv6 address] and port, :port for every address, or unix: and the path of a socket."
        ),
        .optional(
            "web.config_file", \.web.configFile, .file, .restart, flag: .webConfigFile,
            "The file with users and TLS, as Prometheus' exporters have it."),
        .optional(
            "web.external_url", \.web.externalURL, .externalURL, .restart, flag: .externalURL,
            "Where browsers reach `serve` behind a proxy; its host counts as one of the server's own names."),
        .optional(
            "web.route_prefix", \.web.ownRoutePrefix, .routePrefix, .restart, flag: .routePrefix,
            "What every path that `serve` answers to begins with; / where the proxy takes the path of the external URL away. The "
                + "default is that path."),
    ]

    static let longest = SpanLimits.longest
}
