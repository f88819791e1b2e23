import Dispatch
import Synchronization

/// Checks passwords without letting strangers spend the CPU: one at a time, on a queue of its own, with few waiting, and an answer once
/// found is remembered. Who was right once needn't wait again: no number of wrong guesses makes that forgotten. Until then every address
/// has its share of the queue.
package final class PasswordCheck: Sendable {
    package enum Answer: Sendable, Equatable {
        case right
        case wrong
        /// Too many are being checked already.
        case busy
    }

    private struct Question: Hashable {
        var user: ByteText
        var password: ByteText
        var hash: BcryptHash
    }

    /// Whose share of the queue a question takes up: guesses at users that don't exist are apart from those at one who does.
    private struct Asker: Hashable {
        var client: String
        var isKnown: Bool
    }

    /// A question that waits, and everybody who asked it.
    private struct Asked {
        var question: Question
        var users: [ByteText: BcryptHash]
        var continuations: [CheckedContinuation<Answer, Never>]
    }

    /// Answers are kept as two keyed hashes of the question: no password stays in memory, and 128 bits don't meet by chance.
    private struct Fingerprint: Hashable {
        var first: Int
        var second: Int
    }

    private struct State {
        /// The last question of each user that was answered with yes; no more than there are users.
        var right: [ByteText: Fingerprint] = [:]
        var wrong: Set<Fingerprint> = []
        var queue = FairQueue<Asker, Fingerprint>(limit: PasswordCheck.queueLimit, share: PasswordCheck.share)
        /// Every question that waits or is being worked on.
        var asked: [Fingerprint: Asked] = [:]
        var isWorking = false

        mutating func remember(_ isRight: Bool, _ fingerprint: Fingerprint, _ asked: Asked) {
            guard isRight else {
                if wrong.count >= PasswordCheck.memory { wrong.removeAll(keepingCapacity: true) }
                wrong.insert(fingerprint)
                return
            }
            // Users who are gone since a reload are forgotten.
            right = right.filter { asked.users[$0.key] != nil }
            right[asked.question.user] = fingerprint
        }
    }

    /// How many checks may wait; at a quarter of a second each that is seconds of work.
    static let queueLimit = 32
    /// How many of them for one address.
    static let share = 4
    /// Wrong answers that are remembered, so that a client with an old password costs no more than one with the right one.
    private static let memory = 256

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "jobsweep.passwords", qos: .utility)
    private let matches: @Sendable (BcryptHash, ByteText) -> Bool

    package convenience init() {
        self.init { $0.matches($1) }
    }

    /// - Parameter matches: compares a hash with a password; called on a queue of its own, one call at a time.
    init(matches: @escaping @Sendable (BcryptHash, ByteText) -> Bool) {
        self.matches = matches
    }

    /// How many answers are remembered.
    var remembered: (right: Int, wrong: Int) {
        state.withLock { ($0.right.count, $0.wrong.count) }
    }

    /// How many questions wait for their turn.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// Whether `password` is `user`'s.
    /// - Parameter client: what counts as one asker, such as an address.
    package func check(
        user: ByteText, password: ByteText, users: [ByteText: BcryptHash], from client: String
    ) async -> Answer {
        let ceiling = users.values.map(\.cost).max() ?? BcryptHash.defaultCost
        let known = users[user]
        let question = Question(user: user, password: password, hash: known ?? .nobodys(cost: ceiling))
        let fingerprint = fingerprint(question)
        return await withCheckedContinuation { continuation in
            let asker = Asker(client: client, isKnown: known != nil)
            let (answered, mustStart) = state.withLock {
                state -> ([(CheckedContinuation<Answer, Never>, Answer)], Bool) in
                if state.right[user] == fingerprint { return ([(continuation, .right)], false) }
                if state.wrong.contains(fingerprint) { return ([(continuation, .wrong)], false) }
                if state.asked[fingerprint] != nil {
                    state.asked[fingerprint]?.continuations.append(continuation)
                    return ([], false)
                }
                state.asked[fingerprint] = Asked(question: question, users: users, continuations: [continuation])
                let evicted = state.queue.add(fingerprint, of: asker).flatMap { state.asked.removeValue(forKey: $0) }
                defer { state.isWorking = true }
                return (evicted?.continuations.map { ($0, .busy) } ?? [], !state.isWorking)
            }
            for (continuation, answer) in answered { continuation.resume(returning: answer) }
            if mustStart { queue.async { self.work() } }
        }
    }

    /// Answers what waits, until nothing does.
    private func work() {
        while true {
            let next = state.withLock { state -> (Fingerprint, Asked)? in
                guard let fingerprint = state.queue.next(), let asked = state.asked[fingerprint] else {
                    state.isWorking = false
                    return nil
                }
                return (fingerprint, asked)
            }
            guard let (fingerprint, asked) = next else { return }
            let isRight = isRight(asked)
            let waiting = state.withLock { state in
                state.remember(isRight, fingerprint, asked)
                return state.asked.removeValue(forKey: fingerprint)?.continuations ?? []
            }
            for continuation in waiting { continuation.resume(returning: isRight ? .right : .wrong) }
        }
    }

    /// Compares, and for a wrong password takes as long whoever is asked after: a hash of cost c and then dummies of c, c + 1 and so on
    /// are together as costly as one of the costliest there is, which is what a user that doesn't exist is compared with.
    private func isRight(_ asked: Asked) -> Bool {
        let question = asked.question
        let isKnown = asked.users[question.user] != nil
        if matches(question.hash, question.password), isKnown { return true }
        let ceiling = asked.users.values.map(\.cost).max() ?? question.hash.cost
        for cost in question.hash.cost..<max(ceiling, question.hash.cost) {
            _ = matches(.nobodys(cost: cost), question.password)
        }
        return false
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
