import Foundation
import HTTPServer

/// User and password of a request (RFC 7617), as the bytes that they are.
struct BasicCredentials: Equatable {
    let user: ByteText
    let password: ByteText

    /// Nil without the header, or when it isn't of that form.
    init?(_ request: HTTPRequest) {
        guard let header = Authorization(request), header.scheme == "basic",
            let data = Data(base64Encoded: header.value.shown), let colon = data.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        user = ByteText(data[..<colon])
        password = ByteText(data[(colon + 1)...])
    }
}
