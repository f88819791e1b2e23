import Testing

@testable import ObservabilityPack

@Suite("What the options change")
struct GeneratedTextTests {
    static func options() throws -> PackOptions {
        try PackOptions(
            jobName: "my \"job\"", labelSelector: #"env="prod",team=~"a|b""#,
            severities: Severities.parse("critical=page,warning=ticket"), datasourceUID: "mimir",
            scheduleSeconds: 86_400, targets: ["[::1]:9745", "app:9745"], alertmanager: "am:9093",
            runbookURL: "https://wiki.example.org/jobsweep", grafanaURL: "https://grafana.example.org",
            prometheusURL: "http://prometheus:9090")
    }

    @Test("every selector of a rule has the user's job and matchers")
    func ruleSelectors() throws {
        let options = try Self.options()
        for text in [Rules.recording(options), Rules.alerts(options)] {
            #expect(!text.contains(#"job="jobsweep""#))
            let selectors = text.split(separator: "{").dropFirst().filter {
                $0.hasPrefix("job=") && !$0.hasPrefix("job=%q")
            }
            #expect(selectors.count > 20)
            for selector in selectors {
                // In a quoted YAML scalar the quotes are escaped once more.
                let plain = selector.hasPrefix(#"job="my \"job\"",env="prod",team=~"a|b""#)
                let quoted = selector.hasPrefix(#"job=\"my \\\"job\\\"\",env=\"prod\",team=~\"a|b\""#)
                #expect(plain || quoted, "\(selector.prefix(60))")
            }
        }
    }

    @Test("every panel has the variables and the user's matchers")
    func panelSelectors() throws {
        let options = try Self.options()
        for text in [Dashboards.overview(options), Dashboards.fleet(options)] {
            let selectors = text.split(separator: "{").dropFirst().filter { $0.hasPrefix(#"job=~\"$job\",instance"#) }
            #expect(selectors.count > 20)
            for selector in selectors {
                #expect(selector.hasPrefix(#"job=~\"$job\",instance=~\"$instance\",env=\"prod\",team=~\"a|b\""#))
            }
            #expect(text.contains(#""value": "mimir""#))
        }
    }

    @Test("severities, links and windows")
    func labels() throws {
        let options = try Self.options()
        let alerts = Rules.alerts(options)
        #expect(!alerts.contains("severity: critical") && !alerts.contains("severity: warning"))
        #expect(alerts.contains("severity: page") && alerts.contains("severity: ticket"))
        #expect(alerts.contains("runbook_url: https://wiki.example.org/jobsweep#jobsweepdown"))
        #expect(alerts.contains("dashboard_url: https://grafana.example.org/d/jobsweep-overview/jobsweep-overview"))
        #expect(alerts.contains("died in the last 4d"))
        let rules = Rules.recording(options)
        #expect(rules.contains("[4d])"))
        #expect(rules.contains("[80d:2d] offset 16d)"))
        #expect(AlertRouting.alertmanager(options).contains(#"'severity="page"'"#))
        #expect(Dashboards.overview(options).contains(#""from": "now-30d""#))
        #expect(Dashboards.overview(options).contains(#""interval": "1d""#))
    }

    @Test("the scrape configuration")
    func scraping() throws {
        let text = ScrapeConfig.prometheus(try Self.options())
        #expect(text.contains("  - job_name: my \"job\"\n"))
        #expect(text.contains("      - targets: [\"[::1]:9745\", app:9745]\n        labels:\n          env: prod\n"))
        #expect(!text.contains("team"))
        #expect(text.contains("- targets: [am:9093]"))
    }

    @Test("the scrape configuration of one target ends with it")
    func scrapingDefault() throws {
        #expect(try ScrapeConfig.prometheus(PackOptions()).hasSuffix("      - targets: [\"127.0.0.1:9745\"]\n"))
    }
}
