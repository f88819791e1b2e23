import Foundation
import Glibc
import Testing

@testable import Sidecar

@Suite("The control token's file")
struct ControlTokenTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.path + "/jobsweep-token-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body(directory)
    }

    @Test func itIsMadeOnceForItsOwnerAlone() throws {
        try withDirectory { directory in
            let before = try ControlToken.read(in: directory)
            #expect(before == nil)
            let token = try ControlToken.obtain(in: directory)
            #expect(token.text.wholeMatch(of: /[0-9a-f]{64}/) != nil)
            let again = try ControlToken.obtain(in: directory)
            #expect(again == token)
            var facts = stat()
            #expect(stat(ControlToken.path(in: directory), &facts) == 0)
            #expect(facts.st_mode & 0o7777 == 0o600)
            let files = try FileManager.default.contentsOfDirectory(atPath: directory)
            #expect(files == ["control.token"])
        }
    }

    @Test func anotherDirectoryHasAnother() throws {
        try withDirectory { one in
            try withDirectory { other in
                let tokens = (try ControlToken.obtain(in: one), try ControlToken.obtain(in: other))
                #expect(tokens.0 != tokens.1)
            }
        }
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o620, 0o601])
    func whatOthersCanReachIsRefused(mode: mode_t) throws {
        try withDirectory { directory in
            _ = try ControlToken.obtain(in: directory)
            #expect(chmod(ControlToken.path(in: directory), mode) == 0)
            #expect(throws: ControlTokenError.self) { try ControlToken.obtain(in: directory) }
        }
    }

    @Test(arguments: ["", "secret\n", String(repeating: "g", count: 64), String(repeating: "a", count: 65)])
    func whatIsNoTokenIsRefused(content: String) throws {
        try withDirectory { directory in
            _ = try ControlToken.obtain(in: directory)
            try Data(content.utf8).write(to: URL(filePath: ControlToken.path(in: directory)), options: [])
            #expect(throws: ControlTokenError.self) { try ControlToken.obtain(in: directory) }
        }
    }

    @Test func aLinkOrAPipeInItsPlaceIsRefused() throws {
        try withDirectory { directory in
            _ = try ControlToken.obtain(in: directory)
            let path = ControlToken.path(in: directory)
            #expect(rename(path, path + ".real") == 0)
            #expect(symlink(path + ".real", path) == 0)
            #expect(throws: ControlTokenError.self) { try ControlToken.obtain(in: directory) }
            #expect(unlink(path) == 0)
            #expect(mkfifo(path, 0o600) == 0)
            #expect(throws: ControlTokenError.self) { try ControlToken.obtain(in: directory) }
        }
    }
}
