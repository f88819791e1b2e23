/// What an examination of the database found: one thing that is fine, could be better, or stands in the way.
package struct Finding: Sendable, Equatable {
    package enum Level: String, Sendable, Equatable, CaseIterable {
        case ok
        case advice
        case problem
    }

    package var level: Level
    /// What was looked at.
    package var subject: String
    /// What was seen, and what to do where something is to be done.
    package var message: String

    package init(_ level: Level, _ subject: String, _ message: String) {
        self.level = level
        self.subject = subject
        self.message = message
    }
}
