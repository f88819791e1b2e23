/// What of a dashboard follows the schedule.
struct DashboardSteps: Sendable {
    /// The time range at first: 48 intervals, between an hour and thirty days.
    let timeFrom: String
    /// The least step of graphs that count runs, so that each bar holds about one scheduled run.
    let perRun: String

    init(_ options: PackOptions) {
        timeFrom = "now-" + PromQL.duration(max(3600, min(30 * 86_400, 48 * options.scheduleSeconds)))
        perRun = PromQL.duration(options.scheduleSeconds)
    }
}
