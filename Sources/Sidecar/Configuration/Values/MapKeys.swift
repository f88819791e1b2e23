import Sweeping

/// What may stand as a key in a map that the user fills.
struct KeyKind<Key: Hashable & Sendable>: Sendable {
    /// What a key is: `job type`.
    let noun: String
    /// Whether a key that is nearly the name of a known job type must be a mistake.
    let isJobType: Bool
    /// Keys that everybody may use: for suggestions.
    let known: [String]
    let read: @Sendable (String) throws(ValueProblem) -> Key
    let text: @Sendable (Key) -> String
}

extension KeyKind where Key == String {
    /// A job type, also one of the application's own.
    static let jobType = KeyKind(
        noun: "job type", isJobType: true, known: JobType.allCases.map(\.rawValue),
        read: { text throws(ValueProblem) in try JobTypeName.read(text) }, text: { $0 })
}

extension KeyKind where Key == String {
    /// The status of a job that is over, in lower case.
    static let finishedStatus = KeyKind(
        noun: "job status", isJobType: false, known: JobStatus.finished.map(\.rawValue),
        read: { text throws(ValueProblem) in
            let name = text.lowercased()
            if JobStatus.finished.contains(where: { $0.rawValue == name }) { return name }
            if JobStatus.active.contains(where: { $0.rawValue == name }) {
                throw ValueProblem("a job that is \(name) is never deleted; known here: completed, failed, cancelled")
            }
            let meant = Misspelling.nearest(to: text, among: JobStatus.finished.map(\.rawValue))
            throw ValueProblem(
                "unknown job status; "
                    + (meant.map { "did you mean '\($0)'?" } ?? "known here: completed, failed, cancelled"))
        }, text: { $0 })
}

/// Names of job types, which an application may have of its own.
enum JobTypeName {
    /// The name as policies have it, in lower case.
    static func read(_ text: String) throws(ValueProblem) -> String {
        guard !text.isEmpty else { throw ValueProblem("an empty job type") }
        guard
            !text.unicodeScalars.contains(where: {
                $0.properties.isWhitespace || $0.properties.generalCategory == .control
            })
        else {
            throw ValueProblem("\(ValueProblem.quoted(text)) is not a job type: it has a space in it")
        }
        return JobType.normalized(text)
    }

    /// The known type that `name` seems to be a slip of: `exprot: 90d` would let go of what the user wanted kept. Short names (up to
    /// four letters) are too easily near each other.
    static func misspelled(_ name: String) -> JobType? {
        guard name.unicodeScalars.count >= 5, JobType(rawValue: name) == nil else { return nil }
        let near = JobType.allCases.filter { $0.rawValue.count >= 5 }
            .map { (type: $0, distance: Misspelling.distance(name.replacing("-", with: "_"), $0.rawValue)) }
            .filter { $0.distance <= 2 }
        return near.min { $0.distance < $1.distance }?.type
    }
}
