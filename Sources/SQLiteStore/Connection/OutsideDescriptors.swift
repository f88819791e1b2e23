import Synchronization

/// Descriptors of an application's database that SQLite doesn't count.
///
/// Closing any of them drops all locks that this process holds on that file, SQLite's own among them
/// (https://www.sqlite.org/howtocorrupt.html, section 2.2). So each waits until no connection of this process holds locks there.
enum OutsideDescriptors {
    private struct State {
        var connections: [FileIdentity: Int] = [:]
        var waiting: [FileIdentity: [@Sendable () -> Void]] = [:]
    }

    private static let state = Mutex(State())

    /// To be called before a connection that locks the file is opened.
    static func connectionOpens(to file: FileIdentity) {
        state.withLock { $0.connections[file, default: 0] += 1 }
    }

    /// To be called after it was closed.
    static func connectionClosed(to file: FileIdentity) {
        // Inside the lock, so that no other connection is opened meanwhile.
        state.withLock { state in
            let left = (state.connections[file] ?? 1) - 1
            guard left == 0 else {
                state.connections[file] = left
                return
            }
            state.connections[file] = nil
            for close in state.waiting.removeValue(forKey: file) ?? [] { close() }
        }
    }

    /// Does `close` as soon as it harms nobody.
    static func whenUnlocked(_ file: FileIdentity, close: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if state.connections[file] == nil {
                close()
            } else {
                state.waiting[file, default: []].append(close)
            }
        }
    }
}
