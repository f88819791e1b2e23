import Testing

@testable import Sidecar

/// The settings as the documentation has them.
@Suite struct SettingsReferenceTests {
    @Test func hasARowForEachSetting() {
        let rows = SettingsReference.markdown().split(separator: "\n")
        #expect(rows.count == SettingsCatalogue.all.count + 2)
        #expect(rows[0] == "| setting | environment variable | default | takes effect | meaning |")
        #expect(rows[1] == "|---|---|---|---|---|")
    }

    static let rows = [
        "| `database` | `JOBSWEEP_DATABASE`, flag `--database` |  | with a restart | The application's database: the path of a "
            + "SQLite file, or a URL such as postgresql://app@db.example/app. Wants the path of a database. |",
        "| `schedule.every` | `JOBSWEEP_SCHEDULE_EVERY` | `30m` | with a reload | How often a run is due. "
            + "Wants a duration such as 30m. |",
        "| `operations.old_jobs.keep_by_status.<job_status>` | `JOBSWEEP_OPERATIONS_OLD_JOBS_KEEP_BY_STATUS_<JOB_STATUS>` |  | "
            + "with a reload | How long a job stays, by status. Where a type's time applies too, the longer one wins. "
            + "Wants a map of completed, failed or cancelled to durations. |",
        "| `web.listen_address` | `JOBSWEEP_WEB_LISTEN_ADDRESS`, flag `--web.listen-address` | `[\"127.0.0.1:9745\"]` | "
            + "with a restart | Where `serve` listens: host and port, [IPv6 address] and port, :port for every address, "
            + "or unix: and the path of a socket. Wants a list of addresses such as 127.0.0.1:9745. |",
    ]

    @Test(arguments: rows) func saysWhatASettingDoes(_ row: String) {
        #expect(SettingsReference.markdown().split(separator: "\n").contains { $0 == row })
    }

    /// A cell would end at a bar, and a table at a line's end.
    @Test func nothingBreaksTheTable() {
        for setting in SettingsCatalogue.all {
            #expect(!(setting.help + setting.wants).contains { $0 == "|" || $0.isNewline })
            #expect(setting.help.hasSuffix("."), "\(setting.path)")
        }
    }
}
