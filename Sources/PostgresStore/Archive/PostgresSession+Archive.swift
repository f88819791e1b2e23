import Sweeping

extension PostgresSession {
    /// As with batches of a run, a connection that is lost ends it: whoever restores again finds what had been put back by then.
    package func putBack(_ rows: [ArchivedRow], within hold: Duration) async throws -> PutBackOutcome {
        try await putBack(rows.count) { RowReturn(rows, schema, options, within: hold, in: $0) }
    }

    package func putBack(groups: [[ArchivedRow]], within hold: Duration) async throws -> PutBackOutcome {
        try await putBack(groups.count) { RowReturn(groups: groups, schema, options, within: hold, in: $0) }
    }

    private func putBack(_ count: Int, _ make: @escaping @Sendable (PostgresLink) -> RowReturn) async throws
        -> PutBackOutcome
    {
        guard count > 0 else { return PutBackOutcome(results: [], batch: BatchOutcome(rows: [])) }
        if !options.dryRun { try await checkLease() }
        return try await perform { link in
            var returning = make(link)
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

    package func asRead(_ rows: [ArchivedRow]) async throws -> [ArchivedRow] {
        try await perform { link in
            rows.map { row in
                guard let shape = try? schema.table(row.table.table, in: link) else { return row }
                var row = row
                for (place, column) in row.table.columns.enumerated() {
                    if let own = shape.column(column.name) { row.values[place] = own.asRead(row.values[place]) }
                }
                return row
            }
        }
    }

    package func missingParents(of rows: [ArchivedRow], onlyInCircles: Bool) async throws -> [[ParentReference]?] {
        try await perform { link in
            var looking = RowReturn(rows, schema, options, within: .zero, in: link)
            return try looking.missingParents(onlyInCircles: onlyInCircles)
        }
    }

    package func parents(of rows: [ArchivedRow]) async throws -> [[ParentReference]] {
        try await perform { link in
            var looking = RowReturn(rows, schema, options, within: .zero, in: link)
            return try looking.parents()
        }
    }

    package func referringPlaces(to table: ArchivedTable) async throws -> Set<ParentReference.Place> {
        try await perform { link in
            var looking = RowReturn([], schema, options, within: .zero, in: link)
            return try looking.referringPlaces(to: table)
        }
    }

    package func look(at rows: [ArchivedRow]) async throws -> [PutBack] {
        guard !rows.isEmpty else { return [] }
        return try await perform { link in
            var looking = RowReturn(rows, schema, options, within: .zero, in: link)
            try looking.look(byRules: false)
            return looking.results.compactMap(\.self)
        }
    }

    package func references(to rows: [ArchivedRow], by place: ParentReference.Place) async throws -> [ParentReference?]
    {
        try await perform { link in
            var looking = RowReturn(rows, schema, options, within: .zero, in: link)
            return try looking.references(by: place)
        }
    }
}
