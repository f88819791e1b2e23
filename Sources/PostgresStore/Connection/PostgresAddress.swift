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

    /// How the address may be tried: the next one only where all servers of the one before can't be written.
    ///
    /// Of several hosts the one that can be written is the one that runs sweep, and so the one to look at. One host is as it is: what it
    /// refuses says more than that it isn't the one that was looked for. Without a host, libpq finds out by itself which there are.
    /// - Parameter writing: whether nothing can be done with a server that can't be written.
    func attempts(writing: Bool) -> [[(keyword: String, value: String)]] {
        let hosts = (keywords["host"] ?? keywords["hostaddr"]).map { $0.split(separator: ",").count }
        guard hosts != 1, keywords["target_session_attrs"] == nil else { return [parameters()] }
        let writable = parameters(["target_session_attrs": "read-write"])
        return hosts != nil && writing ? [writable] : [writable, parameters()]
    }

    private func parameters(_ more: [String: String] = [:]) -> [(keyword: String, value: String)] {
        var all = PostgresAddress.defaults.merging(keywords) { $1 }.merging(more) { $1 }
        all["client_encoding"] = "UTF8"
        return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
