extension OperationName {
    package static let oldDownloads: OperationName = "old_downloads"
}

/// Deletes records of downloads that were handled long ago.
package enum OldDownloads {
    package static let enabled = OperationSetting.flag(
        "operations.old_downloads.enabled", "Whether old records of downloads are deleted.")
    package static let keep = OperationSetting.span(
        "operations.old_downloads.keep", .days(14), .retention, "How long the record of a download stays.")
    package static let table = OperationSetting.table(
        "tables.downloads.table", "handled_downloads", "The table with records of downloads.")
    package static let id = OperationSetting.column(
        "tables.downloads.id", "id", "The column that says a record's id.")
    package static let timestamp = OperationSetting.column(
        "tables.downloads.timestamp", "timestamp", "The column that says when the download was handled.")

    package static let kind = OperationKind(
        .oldDownloads, settings: [enabled, keep, table, id, timestamp], make: { rule($0) })

    package static func rule(_ settings: SettingValues = SettingValues()) -> RetentionRule {
        let time = settings[timestamp]
        var rule = RetentionRule(
            .oldDownloads, wording: wording, noun: RowNoun(one: "download record", many: "download records"),
            table: TableReference(settings[table]), key: [settings[id]], time: .column(time),
            retention: Retention(settings[keep]))
        rule.isEnabled = settings[enabled]
        rule.metric = OperationMetric("jobsweep_downloads_deleted_total", "Old download records deleted.")
        rule.happened = "handled"
        rule.rows = { _ in "records of downloads" }
        rule.describe = { "handled at \($0.time(time).text)" }
        return rule
    }

    private static let wording = OperationWording(
        title: "Old downloads", heading: "DOWNLOADS", progress: "Deleting old download records...", span: 92...95,
        outcome: "old download records %deleted", reportField: "old_downloads_deleted")
}
