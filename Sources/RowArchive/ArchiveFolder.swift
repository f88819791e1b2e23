import Foundation
import Sweeping
import Synchronization

/// The archives below a state directory: one file a run.
package final class ArchiveFolder: Sendable {
    /// An archive that is there.
    package struct Entry: Sendable, Equatable {
        package var runID: String
        package var path: String
        package var database: String
        package var startedAt: Timestamp
        package var bytes: Int64
    }

    package let path: String
    /// The heads of files that were read already: a file's head never changes.
    private let known = Mutex<[String: ArchiveHeader]>([:])

    package init(state: String) {
        path = state + "/archive"
    }

    /// Where a run's archive is, or would be.
    package func file(ofRun id: String) -> String { path + "/" + ArchiveFormat.name(ofRun: id) }

    /// The archives of a database, oldest first. What can't be read is left out.
    package func entries(of database: String) -> [Entry] {
        let names = names()
        var entries: [Entry] = []
        for name in names {
            guard let id = ArchiveFormat.runID(of: name), let header = header(of: id),
                header.database.isSame(as: database),
                let bytes = length(ofRun: id)
            else { continue }
            entries.append(
                Entry(
                    runID: id, path: file(ofRun: id), database: header.database, startedAt: header.startedAt,
                    bytes: bytes))
        }
        known.withLock { known in known = known.filter { id, _ in names.contains(ArchiveFormat.name(ofRun: id)) } }
        return entries.sorted { ($0.startedAt, $0.runID) < ($1.startedAt, $1.runID) }
    }

    /// The databases of which there are archives.
    package func databases() -> Set<String> {
        Set(names().compactMap { ArchiveFormat.runID(of: $0).flatMap(header)?.database })
    }

    private func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    /// Nil where there is no such file.
    private func length(ofRun id: String) -> Int64? { facts(ofRun: id).map { Int64($0.st_size) } }

    private func facts(ofRun id: String) -> stat? {
        var facts = stat()
        return lstat(file(ofRun: id), &facts) == 0 ? facts : nil
    }

    private func header(of id: String) -> ArchiveHeader? {
        if let header = known.withLock({ $0[id] }) { return header }
        guard let header = try? ArchiveFile.header(path: file(ofRun: id)) else { return nil }
        known.withLock { $0[id] = header }
        return header
    }

    /// A run's archive.
    /// - Throws: `ArchiveError` where there is none, or none that can be used.
    package func open(run id: String) throws(ArchiveError) -> ArchiveFile {
        guard ArchiveFormat.isRunID(id), FileManager.default.fileExists(atPath: file(ofRun: id)) else {
            throw ArchiveError(
                "there is no archive of run \(id): it took nothing away, could keep nothing of it, or its time is over"
                    + " (archive.keep)")
        }
        return try ArchiveFile(path: file(ofRun: id))
    }

    /// The archives of a database whose runs may have been killed.
    package func inDoubt(of database: String) -> [ArchiveFile] {
        entries(of: database).filter { !isSettled($0) }.compactMap { try? ArchiveFile(path: $0.path) }.filter(
            \.isInDoubt)
    }

    private func isSettled(_ entry: Entry) -> Bool {
        guard let file = FileHandle(forReadingAtPath: entry.path) else { return false }
        defer { try? file.close() }
        let end = ArchiveFormat.settledEnd
        try? file.seek(toOffset: UInt64(max(0, entry.bytes - Int64(end.count))))
        return (try? file.read(upToCount: end.count)).map(Array.init) == end
    }

    /// Removes what is too old, and the oldest where all together are too large.
    /// - Parameters:
    ///   - limit: what began before it is too old; nil where nothing is.
    ///   - current: the run under way, whose archive stays.
    package func prune(_ database: String, before limit: Timestamp?, above bytes: Int64, except current: String?) {
        var entries = entries(of: database).filter { $0.runID != current }
        func remove(_ entry: Entry) { try? FileManager.default.removeItem(atPath: entry.path) }
        if let limit {
            for entry in entries where entry.startedAt < limit { remove(entry) }
            entries.removeAll { $0.startedAt < limit }
            removeUnreadable(before: limit, except: current)
        }
        var sum = entries.reduce(current.flatMap(length) ?? 0) { $0 + $1.bytes }
        for entry in entries where sum > bytes {
            remove(entry)
            sum -= entry.bytes
        }
    }

    /// Removes what is too old of a database that is another sidecar's, but for what is still written.
    package func prune(_ database: String, before limit: Timestamp) {
        for entry in entries(of: database) where entry.startedAt < limit && isUntouched(entry.runID, since: limit) {
            try? FileManager.default.removeItem(atPath: entry.path)
        }
    }

    private func isUntouched(_ id: String, since limit: Timestamp) -> Bool {
        facts(ofRun: id).map { Int64($0.st_mtim.tv_sec) * 1_000_000 < limit.microseconds } ?? false
    }

    /// A file whose beginning says nothing, being damaged or another version's, is nobody's undo, and would stay for ever.
    private func removeUnreadable(before limit: Timestamp, except current: String?) {
        for id in names().compactMap(ArchiveFormat.runID) where id != current && header(of: id) == nil {
            guard isUntouched(id, since: limit) else { continue }
            try? FileManager.default.removeItem(atPath: file(ofRun: id))
        }
    }
}
