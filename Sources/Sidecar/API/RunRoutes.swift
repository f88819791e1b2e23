import HTTPServer
import Sweeping

/// The endpoints under `/api/jobs`.
struct RunRoutes: Sendable {
    let coordinator: RunCoordinator
    let history: any RunHistory
    let live: LiveRun
    let events: EventStreams
    let restores: RestoreRuns

    func add(to routes: inout GuardedRoutes) {
        routes.post("/api/jobs/run", .changing, run)
        routes.get("/api/jobs", .reading, query: ListQuery.parameters, list)
        routes.get("/api/jobs/{id}", .reading, show)
        routes.post("/api/jobs/{id}/cancel", .changing, cancel)
        routes.get("/api/jobs/{id}/events", .reading, listen)
    }

    @Sendable private func run(_ visit: Visit) -> HTTPReply {
        // Bodies are decoded here and not on the server's few threads.
        .later { [coordinator] in
            let body: RunBody
            do throws(RequestProblem) {
                body = try RunBody(visit.request.body, known: await coordinator.operationNames)
            } catch {
                return error.response
            }
            do throws(RunRefusal) {
                let run = try await coordinator.start(
                    .api, dryRun: body.dryRun, operations: body.operations, by: visit.requester)
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

    @Sendable private func list(_ visit: Visit) -> HTTPReply {
        let query: ListQuery
        do {
            query = try ListQuery(visit.request)
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

    @Sendable private func show(_ visit: Visit) -> HTTPReply {
        let id = visit.request.parameters["id"] ?? ""
        return .later {
            await find(id).map { json(RunJSON.job($0)) } ?? unknown(id)
        }
    }

    @Sendable private func cancel(_ visit: Visit) -> HTTPReply {
        .later {
            do throws(RequestProblem) {
                try RunBody.expectEmpty(visit.request.body)
            } catch {
                return error.response
            }
            let id = visit.request.parameters["id"] ?? ""
            let endsRun = await coordinator.cancel(id, by: visit.requester)
            if endsRun { return ending("run", id) }
            if await restores.cancel(id, by: visit.requester) { return ending("restore", id) }
            guard let record = await find(id) else { return unknown(id) }
            guard case .over(let status) = record.phase else {
                return .error(.conflict, "job \(id) belongs to another process and can't be cancelled from here")
            }
            return .error(.conflict, "job \(id) is already over: \(status.rawValue)")
        }
    }

    @Sendable private func listen(_ visit: Visit) -> HTTPReply {
        let id = visit.request.parameters["id"] ?? ""
        return .later {
            if let stream = events.follow(id) { return unbuffered(stream) }
            guard let record = await find(id) else { return unknown(id) }
            guard case .running = record.phase, record.undoes != nil, let restore = await restores.live(id) else {
                return unbuffered(events.over(record))
            }
            return unbuffered(events.follow(restore) { await restores.end(of: id) ?? record })
        }
    }

    private func ending(_ what: String, _ id: String) -> HTTPResponse {
        json([
            "success": true, "message": .string("The \(what) ends at its next batch; what it did is kept"),
            "job_id": .string(id),
        ])
    }

    /// nginx holds a stream back until so much of it is there, unless it is told not to.
    private func unbuffered(_ stream: ResponseStream) -> HTTPResponse {
        var response = HTTPResponse.events(stream)
        response.headers["X-Accel-Buffering"] = "no"
        return response
    }

    private func find(_ id: String) async -> RunRecord? {
        if let current = live.current, current.request.runID == id { return current }
        if let last = live.last, last.request.runID == id { return last }
        if let restore = await restores.find(id) { return restore }
        return await history.run(id: id)
    }

    private func unknown(_ id: String) -> HTTPResponse {
        .error(.notFound, "there is no job \(id)")
    }
}

func json(_ value: JSONValue, _ status: HTTPStatus = .ok) -> HTTPResponse {
    .json(value.text, status: status, headers: ["Cache-Control": "no-store"])
}
