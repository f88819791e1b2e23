import Foundation
import HTTPServer

/// User and password of a request (RFC 7617).
struct BasicCredentials: Equatable {
    let user: String
    let password: String

    /// Nil without the header, or when it isn't of that form.
    init?(_ request: HTTPRequest) {
        guard let header = request.headers["Authorization"] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let data = Data(base64Encoded: String(parts[1]).trimmingCharacters(in: .whitespaces)),
            let text = String(data: data, encoding: .utf8), let colon = text.firstIndex(of: ":")
        else { return nil }
        user = String(text[..<colon])
        password = String(text[text.index(after: colon)...])
    }
}
