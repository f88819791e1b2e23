import Foundation
import Sweeping
import Testing

@testable import Sidecar

@Suite("Presets")
struct PresetTests {
    @Test("each file reads, is named as itself, and has rules that are whole")
    func eachFileReads() throws {
        for preset in PresetLibrary.all {
            #expect(PresetLibrary.names.contains(preset.name))
            #expect(!preset.engines.isEmpty && preset.engines.allSatisfy(["sqlite", "postgresql"].contains))
            #expect(!preset.drafts.isEmpty || !preset.operations.isEmpty)
            for draft in preset.drafts {
                let rule = try #require(try draft.rule())
                #expect(rule.name.rawValue == draft.name)
            }
        }
        #expect(PresetLibrary.refused.map(\.name).contains("Home Assistant"))
    }

    @Test("no file of the folder is forgotten")
    func noneIsForgotten() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../Sources/Sweeping/Presets")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yml") }
        #expect(Set(files) == Set((PresetLibrary.names + ["refused"]).map { $0 + ".yml" }))
    }

    @Test("a rule's text is a rule again, the same")
    func textReadsAgain() throws {
        for preset in PresetLibrary.all {
            for draft in preset.drafts {
                let document = try YAMLDocument(parsing: "[\(draft.text)]")
                var reader = RuleReader()
                let again = reader.read(try #require(document.root))
                #expect(reader.problems == [])
                var expected = draft
                expected.line = again.first?.line
                expected.lines = again.first?.lines ?? [:]
                #expect(again == [expected])
            }
        }
    }
}
