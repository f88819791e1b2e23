import Testing

@testable import HTTPServer

@Suite struct HeadersTests {
    @Test func namesCompareWithoutCase() {
        var headers: HTTPHeaders = ["Content-Type": "a", "X-One": "1", "x-one": "2"]
        #expect(headers["CONTENT-type"] == "a")
        #expect(headers.all("X-ONE") == ["1", "2"])
        #expect(headers.list("x-one") == "1, 2")
        #expect(headers.list("y") == nil)
        #expect(headers["Content-Typ"] == nil)
        headers["X-ONE"] = "3"
        #expect(headers == ["Content-Type": "a", "X-One": "3"])
        headers["x-one"] = nil
        #expect(headers == ["Content-Type": "a"])
        headers["New"] = "n"
        headers.append("new", "m")
        #expect(headers == ["Content-Type": "a", "New": "n", "new": "m"])
    }

    @Test func onlyLettersHaveCase() {
        #expect(!HTTPHeaders.same("a@", "a`"))
        #expect(!HTTPHeaders.same("[", "{"))
        #expect(HTTPHeaders.same("AZaz", "azAZ"))
    }
}
