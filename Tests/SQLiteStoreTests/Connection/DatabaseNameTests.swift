import Foundation
import Testing

@testable import SQLiteStore

@Suite("What a database is known by")
struct DatabaseNameTests {
    @Test("every way to it gives the same name, while the file is there and while it is away")
    func ways() throws {
        let folder = try TemporaryFolder()
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder("data"), withIntermediateDirectories: false)
        try manager.createSymbolicLink(atPath: folder("var"), withDestinationPath: "data")
        try manager.createSymbolicLink(atPath: folder("link.db"), withDestinationPath: folder("var/app.db"))
        try manager.createSymbolicLink(atPath: folder("data/short.db"), withDestinationPath: "../link.db")
        let ways = ["data/app.db", "var/app.db", "link.db", "var/short.db", "data/../var/./app.db"].map { folder($0) }
        func names() -> Set<String> { Set(ways.map(DatabaseName.of)) }
        #expect(names() == [folder("data/app.db")])
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder("data/app.db")))
        #expect(names() == [folder("data/app.db")])
        try manager.removeItem(atPath: folder("data/app.db"))
        #expect(names() == [folder("data/app.db")])
    }

    @Test("where there isn't even a folder, or links go in circles, it is the path as it was given")
    func nowhere() throws {
        let folder = try TemporaryFolder()
        #expect(DatabaseName.of(folder("no/such.db")) == folder("no/such.db"))
        try FileManager.default.createSymbolicLink(atPath: folder("a"), withDestinationPath: folder("b"))
        try FileManager.default.createSymbolicLink(atPath: folder("b"), withDestinationPath: folder("a"))
        #expect([folder("a"), folder("b")].contains(DatabaseName.of(folder("a"))))
        #expect(DatabaseName.of("/none.db") == "/none.db")
        #expect(DatabaseName.of("none.db") == FileManager.default.currentDirectoryPath + "/none.db")
    }
}
