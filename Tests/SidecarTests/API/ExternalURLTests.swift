import Testing

@testable import Sidecar

@Suite("External URLs and prefixes")
struct ExternalURLTests {
    @Test(arguments: [
        ("https://jobs.example.com/sweep", "jobs.example.com", "https://jobs.example.com", "/sweep"),
        ("HTTPS://Jobs.Example.com:443/", "jobs.example.com", "https://jobs.example.com", ""),
        ("http://localhost:80", "localhost", "http://localhost", ""),
        ("http://10.0.0.7:8080/a/B//c/", "10.0.0.7", "http://10.0.0.7:8080", "/a/B/c"),
        ("https://[2001:DB8::1]:8443/x", "[2001:db8::1]", "https://[2001:db8::1]:8443", "/x"),
    ])
    func good(text: String, host: ByteText, origin: ByteText, path: String) throws {
        let url = try ExternalURL(parsing: text)
        #expect(url.host == host)
        #expect(url.origin == origin)
        #expect(url.prefix.path == path)
    }

    @Test(arguments: [
        "", "jobs.example.com", "ftp://jobs.example.com", "https://", "https:///x", "https://a b/", "https://a:x/",
        "https://a:99999/", "https://u@a/", "https://a/?q", "https://a/#f", "https://a/%2F", "https://a/../b",
        "https://a/b c", "https://[::1/", "https://a\u{301}/", "//a/",
    ])
    func bad(text: String) {
        #expect(throws: ExternalURLProblem.self) { try ExternalURL(parsing: text) }
    }

    @Test(arguments: [("", ""), ("/", ""), ("sweep", "/sweep"), ("/sweep/", "/sweep"), ("/a//b", "/a/b")])
    func prefixes(text: String, path: String) throws {
        let prefix = try RoutePrefix(parsing: text)
        #expect(prefix.path == path)
    }
}
