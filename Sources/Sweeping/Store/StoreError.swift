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
        /// What would be taken away can't be kept, and is not to go then.
        case archiveFull
        case inputOutput
        /// The file at its path isn't the one any more that was opened, or its log isn't.
        case replaced
        /// Its writer was killed in the middle of a change, and who only looks may not put it in order.
        case interrupted
        /// The connection can't be trusted any more: the next statement could do more than it should.
        case connectionLost
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
        case .missing, .cannotOpen, .notADatabase, .corrupt, .newer, .busy, .readOnly, .full, .inputOutput, .replaced,
            .interrupted, .connectionLost:
            true
        case .archiveFull, .schema, .constraint, .other: false
        }
    }

    /// Whether the run has to end at once: the next operation would meet the same file, and could do harm to it.
    package var endsRun: Bool {
        switch code {
        case .corrupt, .notADatabase, .newer, .replaced, .connectionLost, .archiveFull: true
        case .missing, .cannotOpen, .busy, .readOnly, .full, .inputOutput, .interrupted, .schema, .constraint, .other:
            false
        }
    }
}
