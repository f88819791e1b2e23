/// Where values are being read from.
enum Source: Sendable, Equatable {
    case file(path: String)
    case environment(variable: String)
    case flag(name: String)

    /// - Parameter line: in a file, from 1.
    func origin(_ line: Int?) -> ConfigurationOrigin {
        switch self {
        case .file(let path): .file(path: path, line: line)
        case .environment(let variable): .environment(variable: variable)
        case .flag(let name): .flag(name: name)
        }
    }
}
