import CPostgres
import Sweeping

/// The functions of libpq, which is loaded when the first database on PostgreSQL is opened.
enum LibPQ {
    /// - Throws: `StoreError` that says which package brings it.
    static func load() throws(StoreError) -> jobsweep_libpq {
        var problem: UnsafePointer<CChar>?
        guard let functions = jobsweep_load_libpq(&problem) else {
            let reason = problem.map { String(cString: $0) } ?? "no reason given"
            throw StoreError(
                .cannotOpen,
                "PostgreSQL's client library isn't there (\(reason)): install it, on Debian with apt-get install libpq5"
            )
        }
        return functions.pointee
    }
}
