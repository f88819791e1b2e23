/// Where jobsweep's own database lies when nobody says.
struct DefaultState {
    let environment: [String: String]

    /// Fills in the directory: systemd's (`StateDirectory=`), else that of the XDG Base Directory Specification, which ignores paths
    /// that aren't absolute.
    func fill(_ reading: inout ConfigurationReading) {
        guard reading.configuration.state.isEmpty else { return }
        let systemd = environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
        if let systemd {
            set(systemd, "$STATE_DIRECTORY", &reading)
        } else if let home = environment["XDG_STATE_HOME"], home.hasPrefix("/") {
            set(join(home, "jobsweep"), "$XDG_STATE_HOME", &reading)
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            set(join(home, ".local/state/jobsweep"), "$HOME", &reading)
        } else if reading.problems.allSatisfy({ $0.path != "state" }) {
            reading.note(
                "is not given, and there is no $STATE_DIRECTORY, $XDG_STATE_HOME or $HOME to put it in; give --state or JOBSWEEP_STATE",
                at: "state", .standard(basis: nil))
        }
    }

    private func set(_ path: String, _ basis: String, _ reading: inout ConfigurationReading) {
        guard let absolute = try? PathText.absolute(path, in: reading.context.workingDirectory) else {
            reading.note("\(ValueProblem.quoted(path)) of \(basis) is no path", at: "state", .standard(basis: basis))
            return
        }
        reading.configuration.state = absolute
        reading.configuration.origins["state"] = .standard(basis: basis)
    }

    private func join(_ directory: String, _ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }
}
