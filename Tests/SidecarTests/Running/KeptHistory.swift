import Sweeping

/// A history that lasts as long as its test.
actor KeptHistory: RunHistory {
    private(set) var begun: [String] = []
    private(set) var finished: [RunRecord] = []
    private(set) var facts: [String: String] = [:]
    private(set) var skipped: [SkippedRunReason] = []

    func begin(_ record: RunRecord) async { begun.append(record.request.runID) }
    func note(_ report: RunReport) async {}
    func finish(_ record: RunRecord, report: RunReport) async { finished.append(record) }
    func finish(restore record: RunRecord) async -> Bool {
        finished.append(record)
        return true
    }
    func noteSkipped(_ reason: SkippedRunReason, count: Int) async { skipped.append(reason) }
    func totals() async -> RunTotals { RunTotals() }
    func runs(phase: RunRecord.Phase?, limit: Int, offset: Int) async -> RunPage {
        RunPage(runs: finished, total: finished.count)
    }
    func list(_ filter: RunFilter, limit: Int, offset: Int) async -> RunPage {
        RunPage(runs: finished, total: finished.count)
    }
    func days(since start: Timestamp) async -> [RunDay] { [] }
    func run(id: String) async -> RunRecord? { finished.first { $0.request.runID == id } }
    func lastScheduledStart() async -> Timestamp? { nil }
    func usualRows(since start: Timestamp) async -> [OperationName: UsualRows] { [:] }
    func holdBack(_ rows: [HeldBack.Row], until: Timestamp) async -> Bool { true }
    func heldBack() async -> HeldBack { HeldBack() }
    func fact(_ name: String) async -> String? { facts[name] }
    func fact(_ name: String, of database: String) async -> String? { facts[database + " " + name] }
    func remember(_ json: String?, as name: String) async { facts[name] = json }
}
