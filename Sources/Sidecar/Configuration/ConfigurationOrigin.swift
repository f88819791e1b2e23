/// Where a value came from, or where a mistake stands.
package enum ConfigurationOrigin: Sendable, Equatable {
    /// Nobody set it. `basis` names what the default was taken from, such as `$STATE_DIRECTORY`.
    case standard(basis: String?)
    /// The configuration file; no line when the file as a whole is meant.
    case file(path: String, line: Int?)
    case environment(variable: String)
    case flag(name: String)
}

extension ConfigurationOrigin: CustomStringConvertible {
    /// For a comment behind a value: `default`, `file jobsweep.yml:3`, `environment JOBSWEEP_DATABASE`, `flag --database`.
    package var description: String {
        switch self {
        case .standard(nil): "default"
        case .standard(let basis?): "default, from \(basis)"
        case .file(let path, nil): "file \(path)"
        case .file(let path, let line?): "file \(path):\(line)"
        case .environment(let variable): "environment \(variable)"
        case .flag(let name): "flag \(name)"
        }
    }
}
