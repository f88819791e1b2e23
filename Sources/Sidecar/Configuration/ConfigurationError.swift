/// Why a configuration was refused: everything that is wrong with it, not only the first thing.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let problems: [ConfigurationProblem]

    /// A line a problem.
    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// One mistake.
package struct ConfigurationProblem: Error, Sendable, Equatable {
    /// The setting, such as `operations.old_jobs.keep`; nil when it isn't about one.
    package let path: String?
    /// What is wrong and how to mend it.
    package let message: String
    package let origin: ConfigurationOrigin

    /// The line in the file, from 1.
    package var line: Int? {
        if case .file(_, let line) = origin { line } else { nil }
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `jobsweep.yml:7: operations.old_jobs.keeep: unknown key; did you mean 'keep'?`
    package var description: String {
        let subject = path.map { "\($0): " } ?? ""
        return switch origin {
        case .standard: subject + message
        case .file(let file, nil): "\(file): \(subject)\(message)"
        case .file(let file, let line?): "\(file):\(line): \(subject)\(message)"
        // A variable's or flag's name is the setting's.
        case .environment, .flag: "\(origin): \(message)"
        }
    }
}
