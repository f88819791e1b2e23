/// What a pass finds out without changing anything.
extension OperationPass {
    /// Counts rows that qualify, no further than `most`, and remembers some of them for whoever has to decide.
    func eligible(upTo most: Int, in run: PassContext) async throws -> Int {
        var count = 0
        try await look(in: run) { row, change in
            count += 1
            show(row)
            return count < most
        }
        return count
    }

    private func show(_ row: SelectedRow) {
        recorder.update(operation.name) { result in
            guard result.samples.count < RowSample.limit else { return }
            result.samples.append(RowSample(id: row.id, note: operation.note(on: row, at: now)))
        }
    }

    /// Lets go of the rows that were shown, since the operation goes on and shows what it does.
    func forgetSamples() { recorder.update(operation.name) { $0.samples = [] } }

    /// How many of all rows would be changed in a way that counts for a brake; some of them are remembered.
    func share(_ brake: ShareBrake, in run: PassContext) async throws -> (counted: Int, all: Int) {
        var cursor: Session.Cursor?
        var (counted, all) = (0, 0)
        repeat {
            try run.checkStop()
            let page = try await session.page(selection, after: cursor, limit: session.pageRows)
            for (_, row) in page.rows where selection.condition.answer(on: row) == .yes {
                all += 1
                if case .change(let change) = judge(row), brake.counts(change) {
                    counted += 1
                    show(row)
                }
            }
            cursor = page.next
        } while cursor != nil
        return (counted, all)
    }

    /// Shows every row that would be changed, until `body` has enough.
    func look(in run: PassContext, _ body: (SelectedRow, PlannedChange) -> Bool) async throws {
        var cursor: Session.Cursor?
        var course = Course()
        repeat {
            try run.checkStop()
            let page = try await session.page(selection, after: cursor, limit: session.pageRows)
            for (_, row) in page.rows {
                guard case .change(let change) = judge(row) else { continue }
                if try await isKept(row, .whole, &course, in: run) { continue }
                guard body(row, change) else { return }
            }
            cursor = page.next
        } while cursor != nil
    }

    /// Counts the rows that still qualify, without changing anything, for at most `limit`.
    /// - Returns: nil where that wasn't enough: what was counted so far says nothing of the rest.
    func countEligible(in run: PassContext, within limit: Duration) async throws -> Int? {
        let deadline = run.clock.uptime() + limit
        var cursor: Session.Cursor?
        var count = 0
        var course = Course()
        repeat {
            let page = try await session.page(selection, after: cursor, limit: session.pageRows)
            for (_, row) in page.rows {
                guard case .change = judge(row) else { continue }
                if try await isKept(row, .whole, &course, in: run) { continue }
                count += 1
            }
            cursor = page.next
        } while cursor != nil && run.clock.uptime() < deadline
        return cursor == nil && course.keeper?.share.count ?? 1 == 1 ? count : nil
    }
}
