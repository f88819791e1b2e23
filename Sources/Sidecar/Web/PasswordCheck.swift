import Dispatch
import Synchronization

/// Checks passwords without letting strangers spend the CPU: one at a time, on a queue of its own, with few waiting, and an answer once
/// found is remembered.
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

    private struct State {
        /// Answers by two keyed hashes of the question: no password stays in memory, and 128 bits don't meet by chance.
        var answers: [Fingerprint: Bool] = [:]
        var waiting = 0
    }

    private struct Fingerprint: Hashable {
        var first: Int
        var second: Int
    }

    /// How many checks may wait; at a quarter of a second each that is seconds of work.
    private static let queueLimit = 16
    /// Answers that are remembered.
    private static let memory = 256
    /// A hash that nobody's password has: unknown users cost as much time as known ones.
    private static let nobody = BcryptHash("$2y$12$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K")

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "jobsweep.passwords", qos: .utility)

    package init() {}

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
            if let known = state.answers[fingerprint] { return .answered(known) }
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
            queue.async { continuation.resume(returning: hash.matches(password) && isKnown) }
        }
        state.withLock { state in
            state.waiting -= 1
            if state.answers.count >= PasswordCheck.memory { state.answers.removeAll(keepingCapacity: true) }
            state.answers[fingerprint] = right
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
