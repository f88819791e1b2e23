import Dispatch
import Synchronization
import Testing

@testable import Sidecar

@Suite("Passwords")
struct PasswordTests {
    @Test func aHashKnowsItsPassword() throws {
        let hash = try #require(BcryptHash.make("correct horse", cost: 4))
        #expect(hash.text.hasPrefix("$2b$04$"))
        #expect(hash.cost == 4)
        #expect(hash.matches("correct horse"))
        #expect(!hash.matches("correct hors"))
        #expect(!hash.matches(""))
    }

    @Test func saltsDiffer() {
        #expect(BcryptHash.make("x", cost: 4) != BcryptHash.make("x", cost: 4))
    }

    @Test(arguments: [
        "", "secret", "$2b$12$short", "$1$abc$def", "$2b$99$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K",
        "$2b$03$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K",
        "$2x$12$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K",
        "$2b$12$01234567890123456789 1uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K",
    ])
    func whatIsNoHash(text: String) {
        #expect(BcryptHash(text) == nil)
    }

    @Test func answers() async throws {
        let check = PasswordCheck()
        let users = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: users) == .right)
        #expect(await check.check(user: "bob", password: "secret", users: users) == .right)
        #expect(await check.check(user: "bob", password: "Secret", users: users) == .wrong)
        #expect(await check.check(user: "eve", password: "secret", users: users) == .wrong)
        // A new hash makes the remembered answer worthless.
        let changed = ["bob": try #require(BcryptHash.make("other", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: changed) == .wrong)
    }

    @Test func aFloodIsTurnedAwayAndTheQueueStaysShort() async throws {
        let check = PasswordCheck()
        let users = ["bob": try #require(BcryptHash.make("secret", cost: 10))]
        let answers = await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            for number in 0..<200 {
                group.addTask { await check.check(user: "bob", password: "guess \(number)", users: users) }
            }
            return await group.reduce(into: [PasswordCheck.Answer]()) { $0.append($1) }
        }
        #expect(!answers.contains(.right))
        #expect(answers.contains(.busy))
        #expect(answers.contains(.wrong))
    }

    /// Counts how often a password had to be compared, and compares at no cost.
    private final class Comparisons: Sendable {
        private let made = Mutex(0)
        var count: Int { made.withLock { $0 } }

        func check(right: String = "secret") -> PasswordCheck {
            PasswordCheck { _, password in
                self.made.withLock { $0 += 1 }
                return password == right
            }
        }
    }

    @Test func noFloodOfWrongGuessesMakesARightAnswerForgotten() async throws {
        let comparisons = Comparisons()
        let check = comparisons.check()
        let hash = try #require(BcryptHash.make("secret", cost: 4))
        let users = ["bob": hash, "ann": hash]
        for user in users.keys {
            #expect(await check.check(user: user, password: "secret", users: users) == .right)
        }
        for number in 0..<2000 {
            let user = ["bob", "ann", "eve", "eve \(number)"][number % 4]
            #expect(await check.check(user: user, password: "guess \(number)", users: users) == .wrong)
        }
        #expect(comparisons.count == 2002)
        for user in users.keys {
            #expect(await check.check(user: user, password: "secret", users: users) == .right)
        }
        #expect(comparisons.count == 2002, "the right answers were remembered")
    }

    @Test func whoIsKnownDoesNotWaitInAFullQueue() async throws {
        let gate = DispatchSemaphore(value: 0)
        let check = PasswordCheck { _, password in
            if password == "secret" { return true }
            gate.wait()
            return false
        }
        let users = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: users) == .right)
        await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            for number in 0..<17 {
                group.addTask { await check.check(user: "bob", password: "guess \(number)", users: users) }
            }
            // One more than may wait: it is turned away, and all others are stuck.
            #expect(await group.next() == .busy)
            #expect(await check.check(user: "bob", password: "guess", users: users) == .busy)
            #expect(await check.check(user: "bob", password: "secret", users: users) == .right)
            for _ in 0..<16 { gate.signal() }
            for await answer in group { #expect(answer == .wrong) }
        }
    }

    @Test func aWrongAnswerIsRememberedToo() async throws {
        let comparisons = Comparisons()
        let check = comparisons.check()
        let users = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        for _ in 0..<3 { #expect(await check.check(user: "bob", password: "old", users: users) == .wrong) }
        #expect(comparisons.count == 1)
    }

    @Test func memoryIsBounded() async throws {
        let check = Comparisons().check()
        let hash = try #require(BcryptHash.make("secret", cost: 4))
        for round in 0..<20 {
            // A reload with users of other names.
            let users = Dictionary(uniqueKeysWithValues: (0..<5).map { ("user \(round) \($0)", hash) })
            for user in users.keys {
                #expect(await check.check(user: user, password: "secret", users: users) == .right)
                for guess in 0..<10 {
                    #expect(await check.check(user: user, password: "guess \(guess)", users: users) == .wrong)
                }
                #expect(check.remembered.right <= 5)
                #expect(check.remembered.wrong <= 256)
            }
            #expect(check.remembered.right == 5)
        }
    }

    @Test func aUserWhoIsGoneIsNoLongerRight() async throws {
        let check = Comparisons().check()
        let hash = try #require(BcryptHash.make("secret", cost: 4))
        #expect(await check.check(user: "bob", password: "secret", users: ["bob": hash]) == .right)
        #expect(await check.check(user: "bob", password: "secret", users: ["ann": hash]) == .wrong)
        #expect(await check.check(user: "ann", password: "secret", users: ["ann": hash]) == .right)
        #expect(check.remembered.right == 1)
    }
}
