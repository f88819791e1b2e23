/// A response in the form that goes over the wire, for the one place where libmicrohttpd cannot send it.
enum RawResponse {
    /// Status line, headers and body of a response that ends its connection. Header values with line breaks are left out.
    static func bytes(_ response: HTTPResponse) -> [UInt8] {
        let body = response.bodyBytes
        var head = "HTTP/1.1 \(response.status.rawValue) \(reason(response.status))\r\n"
        for field in response.headers.fields where !(field.name + field.value).utf8.contains(where: { $0 < 0x20 }) {
            head += "\(field.name): \(field.value)\r\n"
        }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        return Array(head.utf8) + body
    }

    private static func reason(_ status: HTTPStatus) -> String {
        switch status {
        case .contentTooLarge: "Content Too Large"
        case .serviceUnavailable: "Service Unavailable"
        default: "Refused"
        }
    }
}
