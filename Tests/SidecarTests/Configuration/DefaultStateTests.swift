import Testing

@testable import Sidecar

@Suite struct DefaultStateTests {
    static let cases: [(environment: [String: String], state: String, basis: String)] = [
        (["STATE_DIRECTORY": "/var/lib/jobsweep", "XDG_STATE_HOME": "/x"], "/var/lib/jobsweep", "$STATE_DIRECTORY"),
        (["STATE_DIRECTORY": "/var/lib/a:/var/lib/b"], "/var/lib/a", "$STATE_DIRECTORY"),
        (["STATE_DIRECTORY": "", "XDG_STATE_HOME": "/x"], "/x/jobsweep", "$XDG_STATE_HOME"),
        (["XDG_STATE_HOME": "/x/"], "/x/jobsweep", "$XDG_STATE_HOME"),
        (["XDG_STATE_HOME": "relative"], "/home/me/.local/state/jobsweep", "$HOME"),
        (["XDG_STATE_HOME": ""], "/home/me/.local/state/jobsweep", "$HOME"),
        ([:], "/home/me/.local/state/jobsweep", "$HOME"),
        (["HOME": "/"], "/.local/state/jobsweep", "$HOME"),
    ]

    @Test(arguments: cases)
    func isWhereTheEnvironmentSays(_ expected: (environment: [String: String], state: String, basis: String)) throws {
        let configuration = try Loading(environment: expected.environment).load()
        #expect(configuration.state == expected.state)
        #expect(configuration.origin(of: "state") == .standard(basis: expected.basis))
    }

    @Test func anySettingTakesItsPlace() throws {
        let environment = ["STATE_DIRECTORY": "/var/lib/jobsweep"]
        #expect(try Loading("state: mine", environment: environment).load().state == "/here/mine")
        #expect(try Loading("state: .", environment: environment).load().state == "/here")
    }

    @Test func withoutAHomeItMustBeGiven() {
        #expect(
            Loading(environment: ["HOME": ""]).problems == [
                "state: is not given, and there is no $STATE_DIRECTORY, $XDG_STATE_HOME or $HOME to put it in; give --state or "
                    + "JOBSWEEP_STATE"
            ])
        #expect(Loading("state: /a", environment: ["HOME": ""]).problems == [])
        #expect(
            Loading("state: ''", environment: ["HOME": ""]).problems == [
                "jobsweep.yml:1: state: is empty; write a path"
            ])
    }
}
