import Sweeping
import TestTools

@testable import SQLiteStore

extension SQLiteSession {
    /// What goes with deleted jobs once a batch.
    var children: ChildRows? {
        get async throws {
            try await perform { database in
                let jobs = try schema.table("job", in: database)
                return try schema.children(of: jobs, id: "id", in: database)
            }
        }
    }
}
