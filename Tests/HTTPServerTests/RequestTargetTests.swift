import Testing

@testable import HTTPServer

@Suite struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", "/", ""), ("/a/b", "/a/b", "/a/b", ""), ("/a%20b", "/a%20b", "/a b", ""),
        ("/a?x=1&y=2", "/a", "/a", "x=1|y=2"), ("/a?", "/a", "/a", ""), ("/a?&&x&=1&y==", "/a", "/a", "x=|=1|y=="),
        ("/a?x=%41%zz%&y=a+b%2B", "/a", "/a", "x=A%zz%|y=a b+"), ("/a?x=%ff", "/a", "/a", "x=\u{FFFD}"),
        ("/a#b?c", "/a", "/a", ""), ("*", "*", "*", ""), ("http://host:80/a%41?b", "/a%41", "/aA", "b="),
        ("https://host", "/", "/", ""), ("http://host?x=1", "/", "/", "x=1"), ("", "/", "/", ""),
        ("/%C3%A9", "/%C3%A9", "/é", ""), ("/é", "/é", "/é", ""), ("/%2e%2E/", "/%2e%2E/", "/../", ""),
    ])
    func targetsComeApart(target: String, rawPath: String, path: String, query: String) throws {
        let parts = try #require(RequestTarget(target))
        #expect(parts.rawPath == rawPath)
        #expect(parts.path == path)
        #expect(parts.query.map { "\($0.name)=\($0.value)" }.joined(separator: "|") == query)
    }

    @Test(arguments: ["/%", "/%4", "/%zz", "/%00", "/%ff", "/%C3", "/a\u{0}b", "http://host/%"])
    func aPathThatCannotBeReadIsNone(target: String) {
        #expect(RequestTarget(target) == nil)
    }
}
