import Synchronization
import Testing

@testable import HTTPServer

/// The router by itself: no socket is opened here.
@Suite struct RouterTests {
    private func answer(_ method: HTTPMethod, _ target: String, router: Router = .trial()) async -> HTTPResponse {
        await router.reply(to: HTTPRequest(method, target)).response()
    }

    @Test func aPathLeadsToItsHandler() async {
        let response = await answer(.get, "/hello")
        #expect(response.status == .ok)
        #expect(response.headers == ["Content-Type": "text/plain; charset=utf-8"])
        #expect(response.bodyText == "hello\n")
    }

    @Test(arguments: [
        ("/jobs/7", "7 \n"), ("/jobs/a%2Fb", "a/b \n"), ("/jobs/%C3%A9?x=1&y&x=a+b%21", "é x=1|y=|x=a b!\n"),
        ("/jobs/{id}", "{id} \n"), ("/jobs/a?b?c=d#e", "a b?c=d\n"),
    ])
    func placesInATemplateTakeDecodedSegments(target: String, text: String) async {
        #expect(await answer(.get, target).bodyText == text)
    }

    @Test(arguments: ["/", "/hell", "/hello/", "/jobs", "/jobs/", "/jobs/1/2", "//hello", "*", "hello"])
    func anythingElseIs404(target: String) async {
        let response = await answer(.get, target)
        #expect(response.status == .notFound)
        #expect(response.headers == ["Content-Type": "application/json"])
        #expect(response.bodyText == "{\"detail\": \"there is nothing at \(target)\"}")
    }

    @Test func aPathSentWithNeedlessEscapesIsTheSamePath() async {
        #expect(await answer(.get, "/%68ello").bodyText == "hello\n")
    }

    @Test func aPlainPathWinsOverATemplate() async {
        var router = Router()
        router.get("/a/{x}") { _ in .now(.text("template")) }
        router.get("/a/b") { _ in .now(.text("plain")) }
        #expect(await answer(.get, "/a/b", router: router).bodyText == "plain")
        #expect(await answer(.get, "/a/%62", router: router).bodyText == "plain")
        #expect(await answer(.get, "/a/c", router: router).bodyText == "template")
    }

    @Test func headIsAnsweredByGet() async {
        let response = await answer(.head, "/hello")
        #expect(response.status == .ok)
        #expect(await answer(.head, "/echo").status == .methodNotAllowed)
    }

    @Test func anotherMethodIs405WithAllow() async {
        let response = await answer(.delete, "/hello")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers == ["Allow": "GET, HEAD, OPTIONS", "Content-Type": "application/json"])
        #expect(response.bodyText == "{\"detail\": \"/hello does not take DELETE, only GET, HEAD, OPTIONS\"}")
        #expect(await answer(.get, "/echo").headers["Allow"] == "POST, OPTIONS")
    }

    @Test func optionsSaysWhatThereIs() async {
        let response = await answer(.options, "/hello")
        #expect(response.status == .noContent)
        #expect(response.headers == ["Allow": "GET, HEAD, OPTIONS"])
        #expect(response.bodyBytes == [])
        #expect(await answer(.options, "*").status == .noContent)
        #expect(await answer(.options, "/nothing").status == .notFound)
    }

    @Test(arguments: ["FOO", "get", "", "G\u{0}T"])
    func anUnknownMethodIs405(method: String) async {
        let response = await answer(HTTPMethod(rawValue: method), "/hello")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS")
    }

    @Test func middlewaresSeeEveryRequestWithItsRouteAndItsStatus() async {
        let seen = Mutex<[String]>([])
        let count: HTTPMiddleware = { request, next in
            let name = request.route?.name ?? "other"
            return next(request).map { response in
                seen.withLock { $0.append("\(name) \(response.status)") }
                return response
            }
        }
        let close: HTTPMiddleware = { request, next in
            request.headers["Authorization"] == nil && request.route?.name == "job"
                ? .now(.error(.unauthorized, "who are you?")) : next(request)
        }
        var router = Router.trial(middlewares: [count, close])
        router.get("/slow") { _ in .later { .text("at last") } }
        for (method, target) in [
            (HTTPMethod.get, "/hello"), (.get, "/jobs/1"), (.post, "/jobs/1"), (.get, "/nothing"), (.delete, "/hello"),
            (.options, "/hello"), (HTTPMethod(rawValue: "FOO"), "/hello"), (.get, "/slow"),
        ] {
            _ = await router.reply(to: HTTPRequest(method, target)).response()
        }
        let refused = HTTPResponse.error(.contentTooLarge, "too long")
        _ = await router.reply(to: HTTPRequest(.post, "/echo"), turnedDown: refused).response()
        #expect(
            seen.withLock { $0 } == [
                "/hello 200", "job 401", "job 401", "other 404", "/hello 405", "/hello 204", "/hello 405", "/slow 200",
                "/echo 413",
            ])
    }

    @Test func routesAreListedInTheirOrder() {
        var router = Router.trial()
        router.post("/hello") { _ in .now(.text("")) }
        #expect(router.routes.map(\.route.name) == ["/hello", "/echo", "job"])
        #expect(router.routes.map(\.methods) == [[.get, .post], [.post], [.get]])
    }
}
