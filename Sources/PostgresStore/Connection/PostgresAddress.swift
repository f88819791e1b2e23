/// Which database, and how it is reached: libpq's own keywords, of which some are secret.
package struct PostgresAddress: Sendable, Equatable {
    /// What libpq is told, without what jobsweep adds.
    private let keywords: [String: String]
    /// What the database is called in messages and in the run history, the same for all roles: without user, password and options.
    package let name: String

    package init(_ keywords: [String: String], name: String) {
        self.keywords = keywords
        self.name = name
    }

    /// What nobody but the server may see.
    private static let secrets: Set<String> = ["password", "sslpassword"]

    package var hasSecret: Bool { !PostgresAddress.secrets.isDisjoint(with: keywords.keys) }

    /// What may be shown, in libpq's own words.
    package var shown: [(keyword: String, value: String)] {
        keywords.filter { !PostgresAddress.secrets.contains($0.key) }.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
    }

    /// Without these a dead network would be waited for as long as the kernel likes.
    private static let defaults = [
        "connect_timeout": "10", "keepalives_idle": "15", "tcp_user_timeout": "15000",
        "fallback_application_name": "jobsweep", "client_encoding": "UTF8",
    ]

    /// - Parameter writing: whether a server that can be written is needed, where several hosts are named. One host is as it is: what it
    ///   refuses says more than that it isn't the one that was looked for.
    func parameters(writing: Bool) -> [(keyword: String, value: String)] {
        var all = PostgresAddress.defaults.merging(keywords) { $1 }
        all["client_encoding"] = "UTF8"
        if writing, all["host"]?.contains(",") ?? all["hostaddr"]?.contains(",") ?? false {
            all["target_session_attrs"] = all["target_session_attrs"] ?? "read-write"
        }
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
