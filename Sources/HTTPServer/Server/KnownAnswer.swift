/// The answer to a connection's last request, as far as it holds for the same request again.
final class KnownAnswer: Sendable {
    let status: HTTPStatus
    let headers: HTTPHeaders
    let acceptsGzip: Bool
    let repetition: Repetition

    init(_ response: HTTPResponse, to request: HTTPRequest, _ repetition: Repetition) {
        status = response.status
        headers = response.headers
        acceptsGzip = ContentCoding.prefersGzip(acceptEncoding: request.headers.list("Accept-Encoding"))
        self.repetition = repetition
    }
}
