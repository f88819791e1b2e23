import Dispatch
import Synchronization

/// Checks passwords without letting strangers spend the CPU: one at a time, on a queue of its own, with few waiting, and an answer once
/// found is remembered. Who was right once needn't wait again: no number of wrong guesses makes that forgotten.
package final class PasswordCheck: Sendable {
    package enum Answer: Sendable, Equatable {
        case right
        case wrong
        /// Too many are being checked already.
        case busy
    }

    private struct Question: Hashable {
        var user: String
        var password: String
        var hash: BcryptHash
    }

    /// Answers are kept as two keyed hashes of the question: no password stays in memory, and 128 bits don't meet by chance.
    private struct State {
        /// The last question of each user that was answered with yes; no more than there are users.
        var right: [String: Fingerprint] = [:]
        var wrong: Set<Fingerprint> = []
        var waiting = 0
    }

    private struct Fingerprint: Hashable {
        var first: Int
        var second: Int
    }

    /// How many checks may wait; at a quarter of a second each that is seconds of work.
    private static let queueLimit = 16
    /// Wrong answers that are remembered, so that a client with an old password costs no more than one with the right one.
    private static let memory = 256
    /// A hash that nobody's password has: unknown users cost as much time as known ones.
    private static let nobody = BcryptHash("$2y$12$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K")

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "jobsweep.passwords", qos: .utility)
    private let matches: @Sendable (BcryptHash, String) -> Bool

    package convenience init() {
        self.init { $0.matches($1) }
    }

    /// - Parameter matches: compares a hash with a password; called on a queue of its own, one call at a time.
    init(matches: @escaping @Sendable (BcryptHash, String) -> Bool) {
        self.matches = matches
    }

    /// How many answers are remembered.
    var remembered: (right: Int, wrong: Int) {
        state.withLock { ($0.right.count, $0.wrong.count) }
    }

    /// Whether `password` is `user`'s.
    package func check(user: String, password: String, users: [String: BcryptHash]) async -> Answer {
        let isKnown = users[user] != nil
        guard let hash = users[user] ?? stranger(users) else { return .wrong }
        let fingerprint = fingerprint(Question(user: user, password: password, hash: hash))
        enum Step {
            case answered(Bool)
            case full
            case ask
        }
        let step: Step = state.withLock { state in
            if state.right[user] == fingerprint { return .answered(true) }
            if state.wrong.contains(fingerprint) { return .answered(false) }
            guard state.waiting < PasswordCheck.queueLimit else { return .full }
            state.waiting += 1
            return .ask
        }
        switch step {
        case .answered(let right): return right ? .right : .wrong
        case .full: return .busy
        case .ask: break
        }
        let right = await withCheckedContinuation { continuation in
            queue.async { [matches] in continuation.resume(returning: matches(hash, password) && isKnown) }
        }
        state.withLock { state in
            state.waiting -= 1
            if right {
                // Users who are gone since a reload are forgotten.
                state.right = state.right.filter { users[$0.key] != nil }
                state.right[user] = fingerprint
            } else {
                if state.wrong.count >= PasswordCheck.memory { state.wrong.removeAll(keepingCapacity: true) }
                state.wrong.insert(fingerprint)
            }
        }
        return right ? .right : .wrong
    }

    /// What an unknown user's password is compared with: a hash as costly as the real ones.
    private func stranger(_ users: [String: BcryptHash]) -> BcryptHash? {
        let cost = users.values.map(\.cost).max() ?? BcryptHash.defaultCost
        guard let nobody = PasswordCheck.nobody else { return nil }
        return BcryptHash("$2y$" + (cost < 10 ? "0" : "") + String(cost) + nobody.text.dropFirst(6))
    }

    private func fingerprint(_ question: Question) -> Fingerprint {
        // Swift's hasher has a random key in each process.
        var first = Hasher()
        first.combine(question)
        var second = Hasher()
        second.combine(1)
        second.combine(question)
        return Fingerprint(first: first.finalize(), second: second.finalize())
    }
}
