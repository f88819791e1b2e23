import Glibc

/// A response in the form that goes over the wire, for where libmicrohttpd cannot send it.
enum RawResponse {
    /// Status line, headers and body of a response that ends its connection. Header values with line breaks are left out.
    ///
    /// - Parameter toHead: the request was HEAD, whose answer has no body.
    static func bytes(_ response: HTTPResponse, toHead: Bool = false) -> [UInt8] {
        let body = response.bodyBytes
        var head = "HTTP/1.1 \(response.status.rawValue) \(reason(response.status))\r\nDate: \(date())\r\n"
        for field in response.headers.fields where !(field.name + field.value).utf8.contains(where: { $0 < 0x20 }) {
            head += "\(field.name): \(field.value)\r\n"
        }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + (toHead ? [] : body)
    }

    private static func reason(_ status: HTTPStatus) -> String {
        switch status {
        case .badRequest: "Bad Request"
        case .requestTimeout: "Request Timeout"
        case .contentTooLarge: "Content Too Large"
        case .uriTooLong: "URI Too Long"
        case .expectationFailed: "Expectation Failed"
        case .headersTooLarge: "Request Header Fields Too Large"
        case .notImplemented: "Not Implemented"
        case .serviceUnavailable: "Service Unavailable"
        case .versionNotSupported: "HTTP Version Not Supported"
        default: "Refused"
        }
    }

    /// Now, as RFC 9110 section 5.6.7 writes it.
    private static func date() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        // The program stays in the C locale, whose names of days and months are those wanted.
        var text = [CChar](repeating: 0, count: 40)
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
