import Sweeping
import TestTools

/// The rows in memory as tables with columns.
extension FakeDatabase.State {
    /// How many rows a table has had; those that are gone keep their place.
    func count(_ table: TableReference) -> Int {
        switch table.name {
        case "job": jobs.count
        case "handled_downloads": downloads.count
        default: plans.count
        }
    }

    /// By column; nil where the row is gone.
    func values(of table: TableReference, at place: Int) -> [String: Value]? {
        switch table.name {
        case "job": return jobs[place]?.values
        case "handled_downloads":
            return downloads[place].map {
                ["id": Value($0.id), "timestamp": Value($0.timestamp), "job_id": Value($0.jobID)]
            }
        default:
            return plans[place].map {
                ["id": Value($0.id), "status": $0.isPending ? "PENDING" : "DRAFT", "job_id": Value($0.jobID)]
            }
        }
    }

    func page(_ selection: Selection, after cursor: Int?, limit: Int) -> Page<Int, Int> {
        let layout = SelectedRow.Layout(selection)
        let start = cursor ?? 0
        let end = min(start + limit, count(selection.table))
        let rows = (start..<end).compactMap { place -> (key: Int, row: SelectedRow)? in
            guard let values = values(of: selection.table, at: place) else { return nil }
            var row = SelectedRow(layout, values: layout.columns.map { values[$0] ?? .null })
            row.links = zip(selection.lookups, layout.linked).map { link(row[$0.column], $0, $1) }
            return (place, row)
        }
        return Page(rows: rows, next: end < count(selection.table) ? end : nil)
    }

    private func link(_ value: Value, _ lookup: Lookup, _ layout: SelectedRow.Layout) -> SelectedRow.Link {
        guard let id = value.string else { return .none }
        guard let place = place[id], let values = values(of: lookup.table, at: place) else { return .missing }
        return .found(SelectedRow(layout, values: layout.columns.map { values[$0] ?? .null }))
    }

    mutating func apply(_ change: TableChange, to row: PlannedRow<Int>) {
        switch (change.selection.table.name, change.action) {
        case ("job", .delete):
            guard let id = jobs[row.key]?.id else { return }
            jobs[row.key] = nil
            guard script.cascades else { return }
            downloads = downloads.map { $0?.jobID == id ? nil : $0 }
            plans = plans.map { $0?.jobID == id ? nil : $0 }
        case ("job", .update):
            guard var job = jobs[row.key] else { return }
            job.status = row.values[0].displayText
            job.completedAt = .at(change.now)
            job.updatedAt = .at(change.now)
            jobs[row.key] = job
            errors[job.id] = row.values[1].string
        case ("handled_downloads", _): downloads[row.key] = nil
        default: plans[row.key]?.isPending = false
        }
    }
}
