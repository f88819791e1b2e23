import Sweeping

/// What the server, or the connection to it, said no with. Bound values stay out of it.
struct PostgresError: Error, Equatable {
    /// The five characters that PostgreSQL tells its errors apart by; nil where the connection itself failed.
    var state: String?
    var message: String
    var detail: String?

    init(state: String?, message: String, detail: String? = nil) {
        self.state = state
        // Behind the first line libpq only guesses.
        self.message = state == nil ? String(message.prefix { !$0.isNewline }) : message
        self.detail = detail
    }

    /// Whether nothing more can come of this connection.
    var isLoss: Bool {
        guard let state else { return true }
        return ["57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"].contains(state)
            || state.hasPrefix("08")
    }

    /// Whether there was a server, and it can't be written as it had to be. libpq says so in words alone, and always in these.
    var foundNoneToWrite: Bool { state == nil && message.contains("session is read-only") }

    /// Whether a pooler kept a statement waiting for one of its connections, and gave it up then.
    var isPoolsRefusal: Bool { state == "08P01" && message.contains("query_wait_timeout") }

    /// Whether the same may go well a moment later: a deadlock, or a serialization failure.
    var isPassing: Bool { state == "40P01" || state == "40001" }

    /// Whether a statement that the server remembers can't be done as it is remembered: a column's type is another, or it isn't remembered
    /// any more.
    var isForgotten: Bool { state == "26000" || state == "0A000" }

    /// Whether a lock wasn't to be had in time.
    var isLocked: Bool { state == "55P03" }

    /// Whether a statement was given up: its time was over, or somebody cancelled it.
    var isCancelled: Bool { state == "57014" }

    /// Whether single rows brought it about and not the statement or the state of the server: a constraint, a trigger, a value that has
    /// no place.
    var blamesRow: Bool {
        guard let state else { return false }
        return ["23", "P0", "22", "44", "21", "2F", "38", "39", "09", "27"].contains(state.prefix(2))
            || state == "55000"
            || state == "54001"
    }

    /// What the server said, on one line.
    var reason: String {
        let text = detail.map { "\(message): \($0)" } ?? message
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension StoreError {
    /// Says in a sentence what PostgreSQL said in a code.
    /// - Parameter name: the database's, without a password.
    init(translating error: any Error, database name: String) {
        if let already = error as? StoreError {
            self = already
            return
        }
        guard let error = error as? PostgresError else {
            self.init(.other, "\(name): \(error)")
            return
        }
        let reason = error.reason
        switch error.state {
        case nil: self.init(.connectionLost, "the connection to \(name) was lost (\(reason)): the next run goes on")
        case "57P03"?: self.init(.cannotOpen, "\(name) isn't ready (\(reason)): the next run tries again")
        case "55P03"?:
            self.init(.busy, "the database is locked: another connection to \(name) held its lock for too long")
        case "57014"?: self.init(.busy, "a statement on \(name) was given up (\(reason))")
        case "25006"?:
            self.init(
                .readOnly,
                "\(name) is read-only, as a standby is: name the primary, or several hosts, of which jobsweep takes the one"
                    + " that can be written")
        case "53100"?: self.init(.full, "the disk of \(name) is full")
        case "53300"?: self.init(.cannotOpen, "\(name) has no connection left (\(reason))")
        case "58030"?: self.init(.inputOutput, "\(name) couldn't read or write a file (\(reason)): check its disk")
        case "XX001"?, "XX002"?: self.init(.corrupt, "\(name) is damaged (\(reason)): restore it from a backup")
        case "42501"?: self.init(.schema, PostgresError.permission(reason, name))
        case let state? where state.hasPrefix("42") || state.hasPrefix("22") || state.hasPrefix("3F"):
            self.init(.schema, reason)
        case let state? where state.hasPrefix("23"): self.init(.constraint, reason)
        case "08P01"? where error.isPoolsRefusal:
            self.init(
                .cannotOpen, "the pooler before \(name) had no connection left (\(reason)): the next run tries again")
        case "08P01"?:
            self.init(
                .connectionLost,
                "the connection to \(name) was lost (\(reason)): a pooler that gives each statement another connection can't be"
                    + " swept through, so give jobsweep one with pool_mode transaction or session, or the server itself"
            )
        case let state? where error.isLoss:
            self.init(.connectionLost, "the connection to \(name) was lost (\(reason), \(state)): the next run goes on")
        case let state?: self.init(.other, "\(name): \(reason) (\(state))")
        }
    }

    /// Why a connection couldn't be made.
    init(connecting error: PostgresError, to name: String) {
        self.init(.cannotOpen, "cannot connect to \(name): \(error.reason)")
    }
}

extension PostgresError {
    fileprivate static func permission(_ reason: String, _ name: String) -> String {
        reason.contains("row-level security")
            ? "\(reason): row-level security hides rows from this role, which nobody may guess at; give it a role with BYPASSRLS"
            : "\(reason): `jobsweep check` says which GRANT is missing on \(name)"
    }
}
