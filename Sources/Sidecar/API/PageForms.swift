import HTTPServer
import RowArchive
import Sweeping

/// What the page's buttons do in a browser without JavaScript: each form does its work and leads to a page that shows it.
struct PageForms: Sendable {
    let coordinator: RunCoordinator
    let history: any RunHistory
    let live: LiveRun
    let brakes: BrakeMemory
    let job: RestoreJob
    let restores: RestoreRuns
    let clock: any SweepClock
    let databaseName: String
    let base: String

    func add(to routes: inout GuardedRoutes) {
        routes.form("/runs", .changingByForm) { visit in answer(visit, preview) }
        routes.form("/runs/{id}/run", .changingByForm) { visit in answer(visit, run) }
        routes.form("/runs/{id}/cancel", .changingByForm) { visit in answer(visit, cancel) }
        routes.form("/runs/{id}/restore", .changingByForm) { visit in answer(visit, restore) }
        routes.form("/operations/{operation}/approve", .changingByForm) { visit in answer(visit, approve) }
    }

    /// Why a form did nothing.
    private struct Refusal: Error {
        let status: HTTPStatus
        let sentence: String

        init(_ status: HTTPStatus, _ sentence: String) {
            self.status = status
            self.sentence = sentence
        }

        init(_ problem: RequestProblem) {
            switch problem {
            case .malformed(let text): self.init(.badRequest, text)
            case .invalid(let text): self.init(.unprocessableContent, text)
            }
        }
    }

    private func answer(_ visit: Visit, _ work: @escaping @Sendable (Visit) async throws -> String) -> HTTPReply {
        .later {
            let refusal: Refusal
            do {
                return HTTPResponse(status: .seeOther, headers: ["Location": base + (try await work(visit))])
            } catch let error as Refusal {
                refusal = error
            } catch let error as RequestProblem {
                refusal = Refusal(error)
            } catch {
                refusal = Refusal(.conflict, "\(error)")
            }
            return PageRoutes.problem(.error(refusal.status, refusal.sentence), visit, databaseName, base)
        }
    }

    /// Begins a preview; where somebody wants to run, its page asks whether to.
    @Sendable private func preview(_ visit: Visit) async throws -> String {
        let form = try FormBody(visit.request.body, single: ["then"], repeated: ["operation"])
        let known = await coordinator.operationNames
        let chosen = form.all("operation").map { OperationName(rawValue: $0) }
        if let unknown = chosen.first(where: { !known.contains($0) }) {
            throw Refusal(.badRequest, "there is no operation \(unknown)")
        }
        guard !chosen.isEmpty else { throw Refusal(.unprocessableContent, "choose at least one operation") }
        let run = try await coordinator.start(.api, dryRun: true, operations: chosen, by: visit.requester)
        return "/runs/\(run.record.request.runID)" + (form["then"] == "ask" ? "?ask=run" : "")
    }

    /// Runs what a preview showed a moment ago.
    @Sendable private func run(_ visit: Visit) async throws -> String {
        _ = try FormBody(visit.request.body, single: [])
        let record = try await record(visit)
        guard record.request.dryRun, record.undoes == nil, case .over = record.phase else {
            throw Refusal(.conflict, "only a preview that is over can be followed by a run")
        }
        guard clock.now() - record.startedAt < RunReportPage.freshness else {
            throw Refusal(.conflict, "that preview is too old to decide by: preview again")
        }
        let known = await coordinator.operationNames
        let operations = record.request.operations.filter(known.contains)
        let run = try await coordinator.start(.api, operations: operations, by: visit.requester)
        return "/runs/\(run.record.request.runID)"
    }

    @Sendable private func cancel(_ visit: Visit) async throws -> String {
        _ = try FormBody(visit.request.body, single: [])
        let record = try await record(visit)
        let id = record.request.runID
        let endsRun = await coordinator.cancel(id, by: visit.requester)
        let endsRestore = await restores.cancel(id, by: visit.requester)
        guard endsRun || endsRestore else {
            throw Refusal(.conflict, "it is already over, or another process's")
        }
        return "/runs/\(id)"
    }

    @Sendable private func restore(_ visit: Visit) async throws -> String {
        let form = try FormBody(visit.request.body, single: ["dry_run", "hold"])
        let archive: ArchiveFile
        do throws(ArchiveError) {
            archive = try job.archive(ofRun: visit.request.parameters["id"] ?? "")
        } catch {
            throw Refusal(.notFound, error.description)
        }
        var hold: Duration?
        if let text = form["hold"] {
            do throws(ValueProblem) {
                hold = try DurationText.parse(text)
            } catch {
                throw Refusal(.unprocessableContent, "the time for which rows are kept \(error)")
            }
        }
        let request = RestoreRequest(
            id: RestoreJob.newID(), runID: archive.header.runID, dryRun: form["dry_run"] == "true", operations: nil,
            hold: hold, by: visit.requester)
        try await restores.start(request, of: archive, policy: await coordinator.currentPolicy)
        return "/runs/\(request.id)"
    }

    @Sendable private func approve(_ visit: Visit) async throws -> String {
        _ = try FormBody(visit.request.body, single: [])
        let name = OperationName(rawValue: visit.request.parameters["operation"] ?? "")
        guard await coordinator.operationNames.contains(name) else {
            throw Refusal(.notFound, "there is no operation \(name)")
        }
        guard await brakes.held()[name.rawValue] != nil else { throw Refusal(.conflict, "\(name) isn't held") }
        guard await coordinator.approve(name, by: visit.requester) else {
            throw Refusal(.serviceUnavailable, "the approval can't be remembered: look at the state directory")
        }
        return "/"
    }

    private func record(_ visit: Visit) async throws -> RunRecord {
        let id = visit.request.parameters["id"] ?? ""
        for record in [live.current, live.last] where record?.request.runID == id {
            if let record { return record }
        }
        if let restore = await restores.find(id) { return restore }
        guard let record = await history.run(id: id) else { throw Refusal(.notFound, "there is no run \(id)") }
        return record
    }
}
