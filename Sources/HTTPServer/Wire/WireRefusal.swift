/// Why what a client sends goes no further, and the answer that it gets before its connection is closed.
struct WireRefusal: Error {
    let response: HTTPResponse
    /// As much of the request as could be read.
    let request: HTTPRequest

    init(_ response: HTTPResponse, of request: HTTPRequest) {
        self.response = response
        self.request = request
    }
}
