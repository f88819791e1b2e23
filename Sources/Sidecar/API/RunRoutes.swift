import HTTPServer
import Sweeping

/// The endpoints under `/api/jobs`.
struct RunRoutes: Sendable {
    let coordinator: RunCoordinator
    let history: any RunHistory
    let live: LiveRun
    let events: EventStreams

    func add(to router: inout Router) {
        router.post("/api/jobs/run", run)
        router.get("/api/jobs", list)
        router.get("/api/jobs/{id}", show)
        router.post("/api/jobs/{id}/cancel", cancel)
        router.get("/api/jobs/{id}/events", listen)
    }

    @Sendable private func run(_ request: HTTPRequest) -> HTTPReply {
        let bytes = request.body
        return .later { [coordinator] in
            let body: RunBody
            do throws(RequestProblem) {
                body = try RunBody(bytes, known: await coordinator.operationNames)
            } catch {
                return error.response
            }
            do throws(RunRefusal) {
                let run = try await coordinator.start(.api, dryRun: body.dryRun, operations: body.operations)
                let kind = body.dryRun ? "Preview" : "Cleanup"
                return json(
                    [
                        "success": true, "message": .string("\(kind) started"),
                        "job_id": .string(run.record.request.runID), "job_type": .string(RunJSON.jobType),
                    ], .accepted)
            } catch {
                return .error(.conflict, error.description)
            }
        }
    }

    @Sendable private func list(_ request: HTTPRequest) -> HTTPReply {
        let query: ListQuery
        do {
            query = try ListQuery(request)
        } catch {
            return .now(error.response)
        }
        return .later { [history, live] in
            var page = await history.runs(phase: query.phase, limit: query.limit, offset: query.offset)
            // The history learns a run's progress at its end; until then it is the live record that is true.
            if let current = live.current,
                let index = page.runs.firstIndex(where: { $0.request.runID == current.request.runID })
            {
                page.runs[index] = current
            }
            return json(RunJSON.page(page, limit: query.limit, offset: query.offset))
        }
    }

    @Sendable private func show(_ request: HTTPRequest) -> HTTPReply {
        let id = request.parameters["id"] ?? ""
        return .later { await find(id).map { json(RunJSON.job($0)) } ?? unknown(id) }
    }

    @Sendable private func cancel(_ request: HTTPRequest) -> HTTPReply {
        do {
            try RunBody.expectEmpty(request.body)
        } catch {
            return .now(error.response)
        }
        let id = request.parameters["id"] ?? ""
        return .later {
            if await coordinator.cancel(id) {
                return json([
                    "success": true, "message": "The run ends at its next batch; what it did is kept",
                    "job_id": .string(id),
                ])
            }
            guard let record = await find(id) else { return unknown(id) }
            guard case .over(let status) = record.phase else {
                return .error(.conflict, "job \(id) belongs to another process and can't be cancelled from here")
            }
            return .error(.conflict, "job \(id) is already over: \(status.rawValue)")
        }
    }

    @Sendable private func listen(_ request: HTTPRequest) -> HTTPReply {
        let id = request.parameters["id"] ?? ""
        return .later {
            if let stream = events.follow(id) { return .events(stream) }
            guard let record = await find(id) else { return unknown(id) }
            return .events(events.over(record))
        }
    }

    private func find(_ id: String) async -> RunRecord? {
        if let current = live.current, current.request.runID == id { return current }
        if let last = live.last, last.request.runID == id { return last }
        return await history.run(id: id)
    }

    private func unknown(_ id: String) -> HTTPResponse {
        .error(.notFound, "there is no job \(id)")
    }
}

func json(_ value: JSONValue, _ status: HTTPStatus = .ok) -> HTTPResponse {
    .json(value.text, status: status, headers: ["Cache-Control": "no-store"])
}
