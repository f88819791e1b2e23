import PostgresStore

/// Which database to keep clean. Engines are told apart here and nowhere else in the configuration.
package enum DatabaseLocation: Sendable, Equatable {
    /// A SQLite file, as an absolute path.
    case sqlite(path: String)
    /// A database of a PostgreSQL server.
    case postgres(PostgresAddress)
}

extension DatabaseLocation: CustomStringConvertible {
    /// What reading it again gives the same location: for SQLite the path, for PostgreSQL a URL without the password.
    package var description: String {
        switch self {
        case .sqlite(let path): path
        case .postgres(let address): PostgresURL.text(of: address)
        }
    }
}

extension DatabaseLocation {
    /// Reads a plain path, libpq's `keyword=value …`, or a URL as SQLAlchemy and others write it. `sqlite:///data/app.db` and `sqlite:////data/app.db` both mean
    /// `/data/app.db`: what is deleted from must not depend on where a process was started, so a URL is never relative.
    /// - Parameter workingDirectory: what a relative plain path starts from.
    /// - Throws: `ValueProblem`; it never repeats a password.
    package init(parsing text: String, workingDirectory: String) throws(ValueProblem) {
        try Self.requireNoDisguise(text)
        let lower = text.lowercased()
        if lower == ":memory:" {
            throw ValueProblem("':memory:' is a database that no other program can see; write the path of a file")
        }
        if lower.hasPrefix("file:") {
            throw ValueProblem("\(ValueProblem.quoted(text)) is a URI of SQLite's own; write the path alone")
        }
        if PostgresConnectionString.isOne(text) {
            self = .postgres(try PostgresConnectionString.address(text))
            return
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let scheme = Self.scheme(text[..<colon]) else {
            self = .sqlite(path: try Self.plainPath(text, in: workingDirectory))
            return
        }
        let rest = text[text.utf8.index(after: colon)...]
        guard rest.hasPrefix("//") || scheme == "sqlite" else {
            self = .sqlite(path: try Self.plainPath(text, in: workingDirectory))
            return
        }
        switch scheme {
        case "sqlite":
            self = .sqlite(path: try Self.sqlitePath(rest, of: text))
        case "postgresql", "postgres":
            self = .postgres(try PostgresURL.address(rest.dropFirst(2), of: Self.redacted(text)))
        default:
            throw ValueProblem(
                "\(Self.redacted(text)) is neither a SQLite database nor one of PostgreSQL; write the path of the file, or"
                    + " postgresql://HOST/DATABASE")
        }
    }

    /// Refuses what was meant for a URL and would be taken for a path: as such it would be printed, with a password that it may have.
    private static func requireNoDisguise(_ text: String) throws(ValueProblem) {
        guard !PostgresConnectionString.isOne(text) else { return }
        let isDisguised =
            if let mark = text.firstRange(of: "://") {
                scheme(text[..<mark.lowerBound]) == nil || text.last?.isWhitespace == true
            } else {
                text.lowercased().hasPrefix("postgres") && text.contains("@")
            }
        guard isDisguised else { return }
        throw ValueProblem(
            "the database is neither a path nor a URL that can be read: write the path of a file, or postgresql://HOST/DATABASE, with"
                + " nothing before or behind it, no quotes either")
    }

    private static func plainPath(_ text: String, in workingDirectory: String) throws(ValueProblem) -> String {
        // A question mark may stand in a file's name, but what looks like `?mode=ro` was meant for somebody else.
        if let mark = text.firstIndex(of: "?"), text[mark...].contains("=") {
            throw ValueProblem(
                "\(ValueProblem.quoted(text)) carries options, which jobsweep doesn't take; write the path alone")
        }
        return try PathText.absoluteFile(text, in: workingDirectory)
    }

    private static func sqlitePath(_ rest: Substring, of text: String) throws(ValueProblem) -> String {
        let quoted = redacted(text)
        guard rest.hasPrefix("//") else {
            throw ValueProblem("\(quoted) is not a URL of a database; write the path alone")
        }
        let path = rest.dropFirst(2)
        guard path.isEmpty || path.hasPrefix("/") else {
            throw ValueProblem("\(quoted) names a host, but SQLite is a file on this one; write its path alone")
        }
        if path.utf8.contains(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
            throw ValueProblem("\(quoted) carries options, which jobsweep doesn't take; write the path alone")
        }
        guard !hasEscape(path) else {
            throw ValueProblem(
                "\(quoted) has a percent escape, which some programs read and others don't; write the path alone")
        }
        // Both three and four slashes begin an absolute path.
        let slashes = path.prefix { $0 == "/" }
        let file = path.dropFirst(slashes.count)
        if file.isEmpty || file.lowercased() == ":memory:" {
            throw ValueProblem(
                "\(quoted) is a database in memory, which no other program can see; write the path of a file")
        }
        if file.hasPrefix("./") || file.hasPrefix("../") {
            throw ValueProblem("\(quoted) is relative, which a URL can't be; write the path alone, such as \(file)")
        }
        return try PathText.absoluteFile("/" + file, in: "/")
    }

    /// The scheme in lower case without a driver (`sqlite+aiosqlite`), or nil when `text` can't be one.
    private static func scheme(_ text: Substring) -> String? {
        let name = text.lowercased().prefix { $0 != "+" }
        // A single letter would be a drive of Windows.
        guard name.count > 1, name.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) else {
            return nil
        }
        return String(name)
    }

    private static func hasEscape(_ text: Substring) -> Bool {
        text.split(separator: "%", omittingEmptySubsequences: false).dropFirst()
            .contains { $0.prefix(2).count == 2 && $0.prefix(2).allSatisfy(\.isHexDigit) }
    }

    /// The URL in quotes, with `***` for a password and, since one may stand there too, for the options.
    private static func redacted(_ text: String) -> String {
        let text = text.firstIndex(of: "?").map { text[...$0] + "***" } ?? text[...]
        guard let start = text.firstRange(of: "//")?.upperBound, let at = text[start...].lastIndex(of: "@"),
            let colon = text[start..<at].firstIndex(of: ":")
        else { return ValueProblem.quoted(text) }
        return ValueProblem.quoted(text[...colon] + "***" + text[at...])
    }
}
