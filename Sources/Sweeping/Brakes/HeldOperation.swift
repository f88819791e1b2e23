/// An operation of which a run did nothing, because something about it is out of the ordinary, and what an operator needs to decide.
package struct HeldOperation: Sendable, Equatable, Codable {
    package enum Reason: String, Sendable, Codable, CaseIterable {
        /// Far more rows than usual are due.
        case surge
        /// It would change most of what there is.
        case share
        /// The tables aren't what they were.
        case schema
    }

    package var operation: OperationName
    package var reason: Reason
    /// How many rows are due, counted no further than was needed to hold it.
    package var eligible: Int
    /// How many were the most in a run; for a share, how many rows there are in all.
    package var usual: Int
    /// In words, what is out of the ordinary.
    package var what: String
    /// When the run began that held it first; nil where nobody noted that.
    package var since: Timestamp?

    package init(
        operation: OperationName, reason: Reason, eligible: Int, usual: Int, what: String, since: Timestamp? = nil
    ) {
        self.operation = operation
        self.reason = reason
        self.eligible = eligible
        self.usual = usual
        self.what = what
        self.since = since
    }

    /// For a person: what, and what to do.
    package var sentence: String {
        "\(operation) is held: \(what); nothing of it was done. If that is right, let it go on once:"
            + " jobsweep approve \(operation)"
    }
}
