/// What a pass does with the rows that belong to those that it deletes.
extension OperationPass {
    /// How often rows are tried whose dependents come anew.
    private static var patience: Int { 10 }

    /// Has what belongs to the rows that wait go before them.
    func makeWay(_ course: inout Course, isUrgent: Bool = false, in run: inout PassContext) async throws {
        guard let dependents, !course.waiting.isEmpty else { return }
        let outcome = try await dependents.run(
            before: course.waiting.rows.map { ($0.key, $0.row) }, isUrgent: isUrgent, in: &run)
        for (place, planned) in course.waiting.rows.enumerated() where outcome.gone[place] > 0 {
            course.gone[planned.row.identity, default: 0] += outcome.gone[place]
        }
        for place in outcome.changed.sorted() { noteChanged(course.waiting.rows[place].row, &course) }
        for (place, reason) in outcome.refused.sorted(by: { $0.key < $1.key }) {
            noteRefused(course.waiting.rows[place], reason, &course)
        }
        course.waiting.keep { place, _ in !outcome.isOut(place) }
    }

    func changeWaiting(_ course: inout Course, in run: inout PassContext) async throws {
        while !course.waiting.isEmpty {
            try await changeNext(&course, in: &run)
        }
    }

    /// Tries rows again whose dependents came anew. Whoever adds to them all the time would always be there first, were the lock left alone
    /// between those and the rows: that is done before, and afterwards.
    func changeLate(_ course: inout Course, in run: inout PassContext) async throws {
        guard dependents != nil else { return }
        for _ in 1..<Self.patience where !course.awaiting.isEmpty {
            course.waiting = WaitingRows(course.awaiting)
            course.awaiting = []
            try await makeWay(&course, isUrgent: true, in: &run)
            if !course.waiting.isEmpty {
                run.goOn()
                let (rows, _) = course.waiting.batch(at: run.pacer)
                let tried = try await change(rows, &course, in: &run)
                course.waiting.removeFirst(tried)
            }
            try await changeWaiting(&course, in: &run)
        }
        for planned in course.awaiting { noteChanged(planned.row, &course) }
        course.awaiting = []
        course.gone = [:]
    }

    /// The application has changed the row; what had gone before it is gone.
    func noteChanged(_ row: SelectedRow, _ course: inout Course) {
        recorder.skip(operation.name, .changed, id: row.id)
        guard let gone = course.gone.removeValue(forKey: row.identity) else { return }
        recorder.note(
            RunError(
                operation: operation.name,
                message: "row \(row.id) was changed by the application while what belongs to it went:"
                    + " it stays, and \(gone) of its dependents are gone"))
    }
}
