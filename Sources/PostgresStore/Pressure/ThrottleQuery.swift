import Sweeping

/// A question of the user's own: a run waits while its answer is above zero.
struct ThrottleQuery {
    let sql: String

    private static let patience: Duration = .seconds(5)

    /// - Returns: its answer where that is above zero; nil otherwise.
    func reason(in link: PostgresLink) throws -> String? {
        let question = "SELECT answer > 0, answer::text FROM (SELECT coalesce((\(sql)), 0)::numeric AS answer) AS asked"
        let rows = try reading(Statement(question), within: Self.patience, in: link)
        return rows.flag(0, 0) ? rows.text(0, 1) : nil
    }
}
