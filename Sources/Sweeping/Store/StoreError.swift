/// Why a store couldn't do what it was asked for.
package struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, Equatable {
        case missing
        case cannotOpen
        case notADatabase
        case corrupt
        /// A newer version of jobsweep has made the file its own.
        case newer
        case busy
        case readOnly
        case full
        case inputOutput
        /// A table or column that the operation needs isn't there, or isn't what it must be.
        case schema
        /// The database refuses the change (a foreign key, a check, a trigger).
        case constraint
        case other
    }

    package var code: Code
    /// A sentence for a person: what was wrong and what to do.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// Whether the whole database can't be used, and not just one table, row or value of it.
    package var concernsWholeDatabase: Bool {
        switch code {
        case .missing, .cannotOpen, .notADatabase, .corrupt, .newer, .busy, .readOnly, .full, .inputOutput: true
        case .schema, .constraint, .other: false
        }
    }
}
