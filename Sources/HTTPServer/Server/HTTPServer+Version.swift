import CMicrohttpd

extension HTTPServer {
    /// The version of libmicrohttpd in use, for example `0.9.75`.
    package static var libraryVersion: String { String(cString: MHD_get_version()) }
}
