import Sweeping

extension PostgresSession {
    /// As with batches of a run, a connection that is lost ends it: whoever restores again finds what had been put back by then.
    package func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome {
        guard !rows.isEmpty else { return PutBackOutcome(results: [], batch: BatchOutcome(rows: [])) }
        if !options.dryRun { try await checkLease() }
        return try await perform { link in
            var returning = RowReturn(rows, schema, options, within: hold, in: link)
            do {
                try returning.run()
            } catch {
                // What the parts before it did is done; the rest will be asked for again.
                if returning.results[0] == nil { throw error }
            }
            let results = returning.results.prefix { $0 != nil }.compactMap(\.self)
            var outcome = returning.outcome
            outcome.rows = results.map { _ in .done }
            return PutBackOutcome(results: results, batch: outcome)
        }
    }
}
