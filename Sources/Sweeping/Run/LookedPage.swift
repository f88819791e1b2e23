extension OperationPass {
    /// A page whose rows were looked at, without those that stay.
    struct LookedPage: Sendable {
        enum Row {
            case skipped(SkipReason, SelectedRow)
            case planned(Planned)
        }

        let rows: [Row]
        /// How many were looked at.
        let count: Int
        let next: Session.Cursor?

        init(_ page: Page<Session.Key, Session.Cursor>, _ judge: (SelectedRow) -> Verdict<PlannedChange>) {
            var rows: [Row] = []
            rows.reserveCapacity(page.rows.count)
            for (key, row) in page.rows {
                switch judge(row) {
                case .keep: break
                case .skip(let reason): rows.append(.skipped(reason, row))
                case .change(let change): rows.append(.planned(Planned(key, row, change)))
                }
            }
            self.rows = rows
            count = page.rows.count
            next = page.next
        }
    }
}
