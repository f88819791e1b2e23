import RowArchive
import Sweeping
import Testing

@testable import SQLiteStore

/// Whatever hangs together how, a restore gives back what a run took.
@Suite("Restoring families: any keys, any triggers")
struct RestorePropertyTests {
    @Test("the database is as it was, to the bit", arguments: 0..<8 as Range<UInt64>)
    func asItWas(_ part: UInt64) async throws {
        var restored = 0
        for seed in part * 8..<(part + 1) * 8 {
            var draw = FamilyPropertyTests.Draw(seed: seed)
            let database = try ApplicationDatabase(seed % 5 == 0 ? .delete : .wal, schema: draw.schema())
            // Without keys that lead nowhere: a row with one can't be put back while keys are enforced.
            for insert in draw.inserts() { try? database.execute(insert) }
            // What runs when rows come back is none of theirs.
            try database.execute(
                """
                CREATE TRIGGER job_came AFTER INSERT ON job BEGIN INSERT INTO note VALUES (new.id); DELETE FROM leaf; END;
                CREATE TRIGGER middle_came BEFORE INSERT ON middle BEGIN UPDATE job SET error = new.n; END;
                CREATE TRIGGER leaf_came BEFORE INSERT ON leaf BEGIN SELECT RAISE(ABORT, 'no'); END;
                """)
            let before = try database.bits()
            _ = try await database.keepingSweep()
            let after = try database.bits()
            guard after != before else { continue }
            let report = try await database.restore()
            #expect(report.status == .completed, "seed \(seed): \(report.failures)")
            #expect(try database.bits() == before, "seed \(seed)")
            restored += report.restoredRows
            let again = try await database.restore()
            #expect(again.status == .completed && again.restoredRows == 0, "seed \(seed): \(again.failures)")
            #expect(try database.bits() == before, "seed \(seed)")
        }
        #expect(restored > 50)
    }
}
