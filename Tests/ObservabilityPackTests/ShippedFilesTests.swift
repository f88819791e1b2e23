import Foundation
import Testing

@testable import ObservabilityPack

@Suite("The shipped files")
struct ShippedFilesTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `jobsweep generate` in the repository's root makes them anew.
    @Test("are what the generator writes with its defaults", arguments: try PackFiles.all(PackOptions()).map(\.path))
    func shipped(path: String) throws {
        let file = try #require(PackFiles.all(PackOptions()).first { $0.path == path })
        let shipped = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
        // The first line that differs says more than two whole files.
        let pairs = zip(Self.lines(shipped), Self.lines(file.contents))
        let difference = pairs.enumerated().first { $0.element.0 != $0.element.1 }
        let found = difference.map { "line \($0.offset + 1): '\($0.element.0)', generated '\($0.element.1)'" }
        #expect(found == nil)
        let same = shipped == file.contents
        #expect(same, "\(path) has \(shipped.utf8.count) bytes, the generator writes \(file.contents.utf8.count)")
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test("are all there is, but for the hand-written ones")
    func nothingElse() throws {
        let written = try Set(PackFiles.all(PackOptions()).map(\.path))
        #expect(
            written == [
                "prometheus/rules/jobsweep.rules.yml", "prometheus/rules/jobsweep.alerts.yml",
                "prometheus/prometheus.yml", "prometheus/alertmanager.yml",
                "grafana/dashboards/jobsweep-overview.json", "grafana/dashboards/jobsweep-fleet.json",
                "grafana/provisioning/datasources/jobsweep.yml", "grafana/provisioning/dashboards/jobsweep.yml",
            ])
        for folder in ["prometheus/rules", "grafana/dashboards"] {
            let present = try FileManager.default.contentsOfDirectory(
                atPath: Self.root.appendingPathComponent(folder).path
            ).filter { !$0.hasPrefix("kustomization") }  // written by hand, for Kubernetes
            #expect(Set(present.map { "\(folder)/\($0)" }) == written.filter { $0.hasPrefix(folder + "/") })
        }
    }

    @Test("have a section for each alert in the runbook")
    func runbook() throws {
        let runbook = try String(
            contentsOf: Self.root.appendingPathComponent("prometheus/RUNBOOK.md"), encoding: .utf8)
        let headings = Set(runbook.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) })
        for alert in AlertName.allCases { #expect(headings.contains(alert.rawValue[...]), "\(alert)") }
    }
}
