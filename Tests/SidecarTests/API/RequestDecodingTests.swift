import HTTPServer
import Sweeping
import Testing

@testable import Sidecar

@Suite("Requests are decoded strictly")
struct RequestDecodingTests {
    @Test func aWholeBody() throws {
        let body = try RunBody(
            Array(
                #"{"job_type": "cleanup", "dry_run": true, "operations": ["old_jobs", "stale_jobs", "old_jobs"]}"#.utf8),
            known: SweepPolicy().operationNames)
        #expect(body.dryRun)
        #expect(body.operations == [.staleJobs, .oldJobs])
    }

    @Test func whatMayBeLeftOut() throws {
        let body = try RunBody(Array(#"{"job_type": "cleanup"}"#.utf8), known: [])
        #expect(!body.dryRun)
        #expect(body.operations == nil)
    }

    @Test(arguments: [
        ("", RequestProblem.malformed("the body is not JSON")),
        ("{", .malformed("the body is not JSON")),
        ("[]", .malformed("the body must be a JSON object, not an array")),
        ("null", .malformed("the body must be a JSON object, not null")),
        (
            #"{"job_type": "cleanup", "dryrun": true}"#,
            .malformed("unknown field 'dryrun'; allowed are job_type, dry_run, operations")
        ),
        (#"{"job_type": "sync"}"#, .malformed("unknown job type 'sync'; allowed is cleanup")),
        (
            #"{"job_type": "cleanup", "operations": ["old_job"]}"#,
            .malformed("unknown operation 'old_job'; allowed are stale_jobs, old_jobs, old_downloads, stuck_plans")
        ),
        ("{}", .invalid("'job_type' is missing; give \"job_type\": \"cleanup\"")),
        (#"{"job_type": 7}"#, .invalid("'job_type' must be a string, not a number")),
        (#"{"job_type": "cleanup", "dry_run": "yes"}"#, .invalid("'dry_run' must be true or false, not a string")),
        (#"{"job_type": "cleanup", "dry_run": null}"#, .invalid("'dry_run' must be true or false, not null")),
        (
            #"{"job_type": "cleanup", "operations": "old_jobs"}"#,
            .invalid("'operations' must be an array, not a string")
        ),
        (
            #"{"job_type": "cleanup", "operations": []}"#,
            .invalid("'operations' is empty; leave it out for all that are switched on")
        ),
        (#"{"job_type": "cleanup", "operations": [1]}"#, .invalid("'operations' must hold strings, not a number")),
    ])
    func wrongBodies(text: String, problem: RequestProblem) {
        #expect(throws: problem) { try RunBody(Array(text.utf8), known: SweepPolicy().operationNames) }
        let status: HTTPStatus = if case .malformed = problem { .badRequest } else { .unprocessableContent }
        #expect(problem.response.status == status)
    }

    @Test(arguments: [
        ("/api/jobs", 50, 0, nil), ("/api/jobs?limit=500&offset=7", 500, 7, nil),
        ("/api/jobs?status=completed_with_errors", 50, 0, RunRecord.Phase.over(.completedWithErrors)),
        ("/api/jobs?status=running", 50, 0, .running),
    ])
    func queries(target: String, limit: Int, offset: Int, phase: RunRecord.Phase?) throws {
        let query = try ListQuery(HTTPRequest(.get, target))
        #expect(query.limit == limit)
        #expect(query.offset == offset)
        #expect(query.phase == phase)
    }

    @Test(arguments: [
        ("limit=0", "'limit' must be a whole number from 1 to 500, not '0'"),
        ("limit=501", "'limit' must be a whole number from 1 to 500, not '501'"),
        ("limit=ten", "'limit' must be a whole number from 1 to 500, not 'ten'"),
        ("limit=", "'limit' must be a whole number from 1 to 500, not ''"),
        ("offset=-1", "'offset' must be a whole number from 0 to 2147483647, not '-1'"),
        ("limit=99999999999999999999", "'limit' must be a whole number from 1 to 500, not '99999999999999999999'"),
        (
            "status=done",
            "unknown status 'done'; allowed are pending, running, completed, completed_with_errors, failed, cancelled"
        ),
        ("page=2", "unknown parameter 'page'; allowed are limit, offset, status"),
        ("limit=1&limit=2", "'limit' is given twice"),
    ])
    func wrongQueries(query: String, message: String) {
        #expect(throws: RequestProblem.malformed(message)) { try ListQuery(HTTPRequest(.get, "/api/jobs?\(query)")) }
    }
}
