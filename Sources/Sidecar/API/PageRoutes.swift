import HTTPServer
import RowArchive
import Sweeping

/// What people look at: the overview, the history and a page for each run. All count as one handler.
struct PageRoutes: Sendable {
    let view: @Sendable () async -> StatusView
    let history: any RunHistory
    let live: LiveRun
    let job: RestoreJob
    let archives: RunArchives
    let restores: RestoreRuns
    let base: String

    func add(to routes: inout GuardedRoutes) {
        routes.get("/", .reading, overview)
        routes.get("/runs", .reading, name: "/", query: HistoryQuery.parameters, list)
        routes.get("/runs/{id}", .reading, name: "/", query: ["ask"], show)
    }

    @Sendable private func overview(_ visit: Visit) -> HTTPReply {
        .later { page(StatusPage(view: await view(), control: visit.control, base: base).html) }
    }

    @Sendable private func list(_ visit: Visit) -> HTTPReply {
        .later {
            let view = await view()
            let query: HistoryQuery
            do throws(RequestProblem) {
                query = try HistoryQuery(visit.request)
            } catch {
                return PageRoutes.problem(error.response, visit, view.databaseName, base)
            }
            let offset = (query.page - 1) * HistoryQuery.perPage
            let runs = await history.list(query.filter, limit: HistoryQuery.perPage, offset: offset)
            let days = await history.days(since: view.now - YearView.span)
            return page(HistoryPage(query: query, page: runs, days: days, view: view, base: base).html)
        }
    }

    @Sendable private func show(_ visit: Visit) -> HTTPReply {
        .later {
            let id = visit.request.parameters["id"] ?? ""
            let view = await view()
            if let record = await record(id) {
                if record.undoes != nil {
                    return page(RestorePage(record: record, view: view, control: visit.control, base: base).html)
                }
                return page(
                    RunReportPage(
                        record: record, view: view, control: visit.control, undo: undo(record, view),
                        asks: visit.request.queryValue("ask") != nil, base: base
                    ).html)
            }
            return PageRoutes.problem(.error(.notFound, "there is no run \(id)"), visit, view.databaseName, base)
        }
    }

    private func page(_ html: String) -> HTTPResponse { .html(html, headers: ["Cache-Control": "no-store"]) }

    private func record(_ id: String) async -> RunRecord? {
        if let current = live.current, current.request.runID == id { return current }
        if let last = live.last, last.request.runID == id { return last }
        if let restore = await restores.find(id) { return restore }
        return await history.run(id: id)
    }

    private func undo(_ record: RunRecord, _ view: StatusView) -> Undo {
        guard case .over = record.phase, record.isSweep, !record.isKnownToHaveDoneNothing else { return .nothing }
        do throws(ArchiveError) {
            let archive = try job.archive(ofRun: record.request.runID)
            return .possible(rows: archive.rows, bytes: archive.bytes, until: archives.end(of: archive.header))
        } catch {
            guard view.archive.isKept else { return .not("it can't be undone: \(StatusView.ArchiveFacts.off).") }
            return .not(
                "it can't be undone any more: what it took was kept for \(Words.span(archives.keep)), or not at all.")
        }
    }

    /// An error as a page for browsers, and as it is for everybody else.
    static func problem(_ response: HTTPResponse, _ visit: Visit, _ databaseName: String, _ base: String)
        -> HTTPResponse
    {
        guard visit.request.headers["Accept"]?.contains("text/html") == true else { return response }
        let page = ProblemPage(problem: response.detail, databaseName: databaseName, base: base)
        var headers = response.headers
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers["Cache-Control"] = "no-store"
        return HTTPResponse(status: response.status, headers: headers, body: .bytes(Array(page.html.utf8)))
    }
}
