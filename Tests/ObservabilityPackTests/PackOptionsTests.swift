import Testing

@testable import ObservabilityPack

@Suite("Options of the pack")
struct PackOptionsTests {
    @Test("are refused with what is wrong")
    func refused() {
        let cases: [(String, () throws(PackOptionsError) -> Void)] = [
            ("job name: must not be empty", { () throws(PackOptionsError) in _ = try PackOptions(jobName: "") }),
            (
                "job name: must not hold control characters",
                { () throws(PackOptionsError) in _ = try PackOptions(jobName: "a\nb") }
            ),
            (
                "data source uid: 'a b' is not 1 to 40 letters, digits, '-' and '_'",
                { () throws(PackOptionsError) in _ = try PackOptions(datasourceUID: "a b") }
            ),
            (
                "schedule: 0 s is not between 1 s and 31 d",
                { () throws(PackOptionsError) in _ = try PackOptions(scheduleSeconds: 0) }
            ),
            (
                "targets: at least one host:port is needed",
                { () throws(PackOptionsError) in _ = try PackOptions(targets: []) }
            ),
            (
                "targets: 'app' is not host:port",
                { () throws(PackOptionsError) in _ = try PackOptions(targets: ["app"]) }
            ),
            (
                "targets: 'app:0' is not host:port",
                { () throws(PackOptionsError) in _ = try PackOptions(targets: ["app:0"]) }
            ),
            (
                "targets: 'a]b:1' is not host:port",
                { () throws(PackOptionsError) in _ = try PackOptions(targets: ["a]b:1"]) }
            ),
            (
                "alertmanager: '::1:9093' is not host:port",
                { () throws(PackOptionsError) in _ = try PackOptions(alertmanager: "::1:9093") }
            ),
            (
                "Grafana URL: 'grafana' is not an http or https URL",
                { () throws(PackOptionsError) in _ = try PackOptions(grafanaURL: "grafana") }
            ),
            (
                "runbook URL: 'https://x/{{ a }}' is not an http or https URL",
                { () throws(PackOptionsError) in _ = try PackOptions(runbookURL: "https://x/{{ a }}") }
            ),
            (
                "severities: must not be empty",
                { () throws(PackOptionsError) in _ = try Severities(critical: "") }
            ),
        ]
        for (message, make) in cases {
            let error = #expect(throws: PackOptionsError.self) { try make() }
            #expect(error?.description == message)
        }
    }

    @Test("take what a real installation has")
    func taken() throws {
        let options = try PackOptions(
            jobName: "cleanup", labelSelector: #"env="prod", region=~"eu\\.\"x\"",az!="b",zone!~"c""#,
            severities: Severities.parse("critical=page,JobsweepDown=ticket"), datasourceUID: "mimir-1",
            scheduleSeconds: 86_400, targets: ["app.example.org:9745", "[::1]:9745", "10.0.0.1:1"],
            grafanaURL: "https://grafana.example.org/")
        #expect(options.grafanaURL == "https://grafana.example.org")
        #expect(
            options.labelMatchers == [
                LabelMatcher(name: "env", comparison: .equal, value: "prod"),
                LabelMatcher(name: "region", comparison: .matches, value: #"eu\."x""#),
                LabelMatcher(name: "az", comparison: .notEqual, value: "b"),
                LabelMatcher(name: "zone", comparison: .matchesNot, value: "c"),
            ])
        #expect(
            options.labelMatchers.map(\.promQL).joined(separator: ",")
                == #"env="prod",region=~"eu\\.\"x\"",az!="b",zone!~"c""#)
    }

    @Test(
        "name the place where a label selector can't be read",
        arguments: [
            (#"env"#, "expected =, !=, =~ or !~ after 'env'"),
            (#"env=prod"#, "expected a value in double quotes after 'env'"),
            (#"env="prod"#, "the value of 'env' has no closing quote"),
            (#"env="prod" az="b""#, #"expected ',' before 'az="b"'"#),
            (#"9="x""#, #"expected a label name at '9="x"'"#),
            (#"job="x""#, "'job' is set by the generated files"),
            (#"a="\d""#, #"'\d' is not an escape; write \\ for a backslash"#),
        ])
    func selector(text: String, problem: String) {
        let error = #expect(throws: PackOptionsError.self) { _ = try LabelMatcher.parse(text) }
        #expect(error == PackOptionsError(option: "label selector", problem: problem))
    }

    @Test("give each alert its severity")
    func severities() throws {
        let severities = try Severities.parse("critical=page,warning=ticket,watchdog=quiet,JobsweepClockSkew=page")
        #expect(severities.severity(of: .down) == "page")
        #expect(severities.severity(of: .restarting) == "ticket")
        #expect(severities.severity(of: .clockSkew) == "page")
        #expect(severities.severity(of: .watchdog) == "quiet")
        #expect(try Severities.parse("") == .standard)
        let unknown = #expect(throws: PackOptionsError.self) { _ = try Severities.parse("JobsweepGone=page") }
        #expect(
            unknown?.problem.hasPrefix(
                "'JobsweepGone' is neither critical, warning, watchdog nor an alert (JobsweepDown, ") == true)
        let noValue = #expect(throws: PackOptionsError.self) { _ = try Severities.parse("critical") }
        #expect(noValue == PackOptionsError(option: "severities", problem: "'critical' is not NAME=SEVERITY"))
    }
}
