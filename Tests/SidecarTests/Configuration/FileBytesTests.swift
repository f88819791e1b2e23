import Foundation
import Testing

@testable import Sidecar

/// Files as bytes: what is read as nothing, what can't be read at all, and what no file can do.
@Suite struct FileBytesTests {
    static let empty = [
        "", "\n", "# nothing\n", "---\n", "---\n# nothing\n...\n", "{}\n", "\u{FEFF}", "\u{FEFF}# nothing\r\n",
        "%YAML 1.1\n---\n",
    ]

    @Test(arguments: empty) func aFileWithNothingInItGivesTheDefaults(_ text: String) throws {
        var configuration = try Loading(text).load()
        #expect(configuration.file == "jobsweep.yml")
        configuration.file = nil
        #expect(try configuration == Loading().load())
    }

    @Test func aByteOrderMarkIsNoKey() throws {
        #expect(
            try Loading("\u{FEFF}state: /a\r\nlog:\r\n  level: debug\r\n").load().origin(of: "log.level")
                == .file(path: "jobsweep.yml", line: 3))
    }

    @Test func bytesThatAreNoText() {
        var loading = Loading("")
        loading.file = Array("state: /a\ndatabase: ".utf8) + [0xFF, 0xFE, 0x0A]
        #expect(loading.problems == ["jobsweep.yml:2: the file is not text in UTF-8"])
        loading.file = [0xC0]
        #expect(loading.problems == ["jobsweep.yml:1: the file is not text in UTF-8"])
        loading.file = Array("a: b\nc: d\u{0}".utf8)
        #expect(
            loading.problems == [
                "jobsweep.yml:2: the file is not text that YAML allows: control characters are not allowed"
            ])
    }

    @Test func filesThatCannotBeRead() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let large = directory + "/large.yml"
        try Data(repeating: UInt8(ascii: "#"), count: ConfigurationFile.sizeLimit + 1).write(to: URL(filePath: large))
        for (path, reason) in [
            (directory + "/missing.yml", "No such file or directory"), (directory, "Is a directory"),
            (large + "/below.yml", "Not a directory"), (large, "it is larger than 1 MiB"),
        ] {
            var flags = CommandLineSettings()
            flags.configFile = path
            let loader = ConfigurationLoader(
                commandLine: flags, environment: ["HOME": "/home/me"], workingDirectory: "/",
                readFile: ConfigurationFile.read)
            let error = #expect(throws: ConfigurationError.self) { try loader.load() }
            #expect(error?.description == "\(path): can't be read: \(reason)")
        }
    }

    @Test func aFileOfTheLargestSizeIsRead() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString + ".yml").path
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: ConfigurationFile.sizeLimit)
        try Data(bytes).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try ConfigurationFile.read(path) == bytes)
    }

    @Test func messagesStayShort() {
        let long = String(repeating: "k", count: 1000)
        let shown = "'\(long.prefix(100))…'"
        #expect(
            Loading("\(long): 1\nstate: ~/\(long)\n").problems == [
                "jobsweep.yml:1: \(shown): unknown key; known here: database, preset, state, time_zone, schedule, operations, rules, archive, limits, pacing, tables, log, web",
                "jobsweep.yml:2: state: '~/\(long.prefix(98))…' begins with ~, which only a shell understands; write the path out",
            ])
    }

    @Test func deepNestingIsAnErrorAndNoCrash() {
        for opening in ["[", "{a: ", "- "] {
            let problems = Loading(String(repeating: opening, count: 20_000)).problems
            #expect(problems.count == 1 && problems[0].hasPrefix("jobsweep.yml:1: "))
        }
    }

    @Test func everyAnchorIsNamed() {
        let problems = Loading((0..<5).map { "a\($0): [&a\($0) x, *a\($0)]\n" }.joined()).problems
        #expect(problems.filter { $0.contains("anchors") }.count == 5)
    }

    @Test func aliasesOfAliasesTakeNoTime() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
        }
        let problems = Loading(text).problems
        #expect(
            problems == [
                "jobsweep.yml:3: the file has more than 16 words that begin with *; aliases are not taken"
            ])
    }

    /// Broken and mixed-up files give problems or a configuration, and nothing else.
    @Test func whateverAFileHolds() {
        let good = Array(
            """
            database: sqlite:///data/app.db
            schedule: {cron: "0 3 * * *", jitter: 3s}
            operations:
              stale_jobs: {timeouts: {analysis: 60m, 'my type': 3m}}
              old_jobs: &x {keep: 30d, keep_by_status: {failed: 90d}, keep: 3d}
              <<: *x
            web:
              listen_address: [":1", '[::1]:2']
            log: !!map {level: "in\\tfo"}

            """.utf8)
        let spice = Array("\0\t\n\r\"'#&*!|>%@`[]{},:?-=~.0a\u{85}\u{2028}é".utf8)
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<5_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = spice.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(spice.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
                }
            }
            var loading = Loading("")
            loading.file = bytes
            #expect(loading.problems.allSatisfy { $0.hasPrefix("jobsweep.yml:") && !$0.contains("\n") })
        }
    }
}
