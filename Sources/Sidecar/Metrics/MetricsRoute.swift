import HTTPServer
import PrometheusText
import Synchronization

/// `GET /metrics`: text 0.0.4, or OpenMetrics where the scraper prefers it.
struct MetricsRoute: Sendable {
    /// What a scrape may ask for: these families alone.
    static let parameters = [QueryParameter("name[]", repeats: true)]

    let source: MetricsSource

    @Sendable func reply(_ request: HTTPRequest) -> HTTPReply {
        let format = ExpositionFormat.negotiate(accept: request.headers.list("Accept"))
        let names = request.queryValues("name[]")
        let type = format.contentType
        let headers: HTTPHeaders = ["Content-Type": type, "Vary": "Accept"]
        if names.isEmpty {
            return .now(HTTPResponse(status: .ok, headers: headers, body: .shared(source.rendering(format))))
        }
        let bytes = Exposition.render(source.families(), format: format, names: Set(names))
        return .now(.bytes(bytes, type: type, headers: headers))
    }
}
