import Testing

/// A configuration file with mistakes, and everything that is said about it.
struct WrongFile: Sendable, CustomTestStringConvertible {
    let file: String
    /// Whole messages, with the file's name in front of each.
    let messages: [String]

    var testDescription: String { file }

    /// - Parameter messages: each from the line's number on.
    init(_ file: String, _ messages: String...) {
        self.file = file
        self.messages = messages.map { "jobsweep.yml:" + $0 }
    }
}
