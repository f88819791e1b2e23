import Sweeping

/// Why PostgreSQL's tables aren't rewritten: it uses the space of rows that went for new ones, and rewriting a table keeps everybody out.
package struct PostgresCompactor: Compactor {
    private let name: String

    package init(_ address: PostgresAddress) {
        name = address.name
    }

    private var refusal: StoreError {
        StoreError(
            .other,
            "\(name) is PostgreSQL, which gives the space of deleted rows to new ones by itself (autovacuum): there is nothing to"
                + " rewrite. To give space back to the disk, its owner can run VACUUM (FULL) on a table, which keeps everybody out"
                + " of it meanwhile, or pg_repack, which doesn't")
    }

    package func plan() async throws -> CompactionPlan { throw refusal }
    package func compact(control: RunControl) async throws -> CompactionOutcome { throw refusal }
}
