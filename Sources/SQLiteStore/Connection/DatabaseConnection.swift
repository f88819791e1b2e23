import Dispatch
import GRDB
import Sweeping

/// Opens an application's database without changing anything about it: not its journal mode, and never by creating it.
enum DatabaseConnection {
    /// - Parameter readOnly: opens a connection that can't write.
    /// - Throws: `StoreError`.
    static func open(_ file: DatabaseFile, readOnly: Bool, gate: BusyGate) async throws -> DatabaseQueue {
        try await withCheckedThrowingContinuation { continuation in
            // Opening reads the file and may wait for a lock, which Swift's own threads must not do.
            DispatchQueue.global().async {
                continuation.resume(with: Result { try openNow(file, readOnly: readOnly, gate: gate) })
            }
        }
    }

    private static func openNow(_ file: DatabaseFile, readOnly: Bool, gate: BusyGate) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "jobsweep.application"
        configuration.readonly = readOnly
        configuration.busyMode = .callback { _ in gate.wait() }
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { database in
            guard !readOnly else { return }
            // With a write-ahead log, NORMAL can't corrupt anything: at worst a power cut undoes the last batches, which the
            // next run then does again. Without one it could, and the application's own setting stays.
            if try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal" {
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
            }
        }
        do {
            let path = takesURIs ? uri(file.path, mode: readOnly ? "ro" : "rw") : file.path
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw StoreError(translating: error, path: file.path)
        }
    }

    /// Whether this SQLite reads a name that begins with `file:` as a URI; one that doesn't would make a file of that name.
    private static let takesURIs: Bool = {
        let answer = try? DatabaseQueue().read {
            try Bool.fetchOne($0, sql: "SELECT sqlite_compileoption_used('USE_URI')")
        }
        return answer ?? false
    }()

    /// A URI that forbids SQLite to create the file: it may have gone since it was looked at.
    private static func uri(_ path: String, mode: String) -> String {
        var escaped = ""
        for byte in path.utf8 {
            switch byte {
            // A byte outside ASCII is no character of its own.
            case UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "%"), 0x80...:
                escaped += "%" + String(byte, radix: 16, uppercase: true)
            default:
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return "file:\(escaped)?mode=\(mode)"
    }
}
