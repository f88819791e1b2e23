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
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: users, from: "a") == .right)
        #expect(await check.check(user: "bob", password: "secret", users: users, from: "a") == .right)
        #expect(await check.check(user: "bob", password: "Secret", users: users, from: "a") == .wrong)
        #expect(await check.check(user: "eve", password: "secret", users: users, from: "a") == .wrong)
        // A new hash makes the remembered answer worthless.
        let changed: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("other", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: changed, from: "a") == .wrong)
    }

    @Test func aFloodIsTurnedAwayAndTheQueueStaysShort() async throws {
        let check = PasswordCheck()
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 10))]
        let answers = await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            for number in 0..<200 {
                group.addTask {
                    await check.check(user: "bob", password: ByteText("guess \(number)"), users: users, from: "a")
                }
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

        func check(right: ByteText = "secret") -> PasswordCheck {
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
        let users: [ByteText: BcryptHash] = ["bob": hash, "ann": hash]
        for user in users.keys {
            #expect(await check.check(user: user, password: "secret", users: users, from: "a") == .right)
        }
        for number in 0..<2000 {
            let user = ByteText(["bob", "ann", "eve", "eve \(number)"][number % 4])
            #expect(
                await check.check(user: user, password: ByteText("guess \(number)"), users: users, from: "a") == .wrong)
        }
        #expect(comparisons.count == 2002)
        for user in users.keys {
            #expect(await check.check(user: user, password: "secret", users: users, from: "a") == .right)
        }
        #expect(comparisons.count == 2002, "the right answers were remembered")
    }

    /// Compares when it is let, and notes what it was asked.
    private final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        private let seen = Mutex([ByteText]())
        var asked: [ByteText] { seen.withLock { $0 } }

        func check() -> PasswordCheck {
            PasswordCheck { _, password in
                self.seen.withLock { $0.append(password) }
                if password != "secret" { self.semaphore.wait() }
                return password == "secret"
            }
        }

        /// Waits until a password is being compared, and the worker is stuck with it.
        func untilBusy(after known: Int = 0) async {
            while asked.count <= known { await Task.yield() }
        }

        func open(_ times: Int) {
            for _ in 0..<times { semaphore.signal() }
        }
    }

    @Test func whoIsKnownDoesNotWaitInAFullQueue() async throws {
        let gate = Gate()
        let check = gate.check()
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        #expect(await check.check(user: "bob", password: "secret", users: users, from: "a") == .right)
        await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            // One is being worked on, its share waits, and one more is too many.
            group.addTask { await check.check(user: "bob", password: "guess", users: users, from: "a") }
            await gate.untilBusy(after: 1)
            for number in 0..<PasswordCheck.share + 1 {
                group.addTask {
                    await check.check(user: "bob", password: ByteText("guess \(number)"), users: users, from: "a")
                }
            }
            #expect(await group.next() == .busy)
            #expect(await check.check(user: "bob", password: "secret", users: users, from: "a") == .right)
            gate.open(PasswordCheck.share + 1)
            for await answer in group { #expect(answer == .wrong) }
        }
    }

    @Test func aFloodFromOneAddressKeepsNoOtherOut() async throws {
        let gate = Gate()
        let check = gate.check()
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            group.addTask { await check.check(user: "bob", password: "guess", users: users, from: "a") }
            await gate.untilBusy()
            for number in 1..<200 {
                group.addTask {
                    await check.check(user: "bob", password: ByteText("guess \(number)"), users: users, from: "a")
                }
            }
            for _ in 0..<200 - PasswordCheck.share - 1 { #expect(await group.next() == .busy) }
            async let right = check.check(user: "bob", password: "secret", users: users, from: "b")
            while check.waiting <= PasswordCheck.share { await Task.yield() }
            let before = gate.asked.count
            // The one under way, and one turn of the other's at the most.
            gate.open(2)
            #expect(await right == .right)
            #expect(gate.asked.count <= before + 3)
            gate.open(200)
            for await answer in group { #expect(answer == .wrong) }
        }
    }

    @Test func theSameQuestionIsAskedOnce() async throws {
        let gate = Gate()
        let check = gate.check()
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        await withTaskGroup(of: PasswordCheck.Answer.self) { group in
            for _ in 0..<100 {
                group.addTask { await check.check(user: "bob", password: "old", users: users, from: "a") }
            }
            gate.open(1)
            for await answer in group { #expect(answer == .wrong) }
        }
        #expect(gate.asked == ["old"])
    }

    @Test func composedAndDecomposedAreTwoPasswords() async throws {
        let check = PasswordCheck()
        let (composed, decomposed): (ByteText, ByteText) = ("p\u{E4}ss", "pa\u{308}ss")
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make(composed, cost: 4))]
        for _ in 0..<2 {
            #expect(await check.check(user: "bob", password: decomposed, users: users, from: "a") == .wrong)
            #expect(await check.check(user: "bob", password: composed, users: users, from: "a") == .right)
        }
    }

    @Test func composedAndDecomposedAreTwoUsers() async throws {
        let check = PasswordCheck()
        let (composed, decomposed): (ByteText, ByteText) = ("J\u{F6}rg", "Jo\u{308}rg")
        let users = [composed: try #require(BcryptHash.make("secret", cost: 4))]
        #expect(await check.check(user: composed, password: "secret", users: users, from: "a") == .right)
        #expect(await check.check(user: decomposed, password: "secret", users: users, from: "a") == .wrong)
    }

    /// What a wrong password costs, in rounds of bcrypt: the same for every user, there or not.
    @Test func theCostOfAWrongPasswordTellsNothing() async throws {
        let users: [ByteText: BcryptHash] = [
            "ann": try #require(BcryptHash.make("secret", cost: 4)),
            "bob": try #require(BcryptHash.make("secret", cost: 7)),
        ]
        for user: ByteText in ["ann", "bob", "eve"] {
            let spent = Spent()
            let check = PasswordCheck { hash, _ in
                spent.add(1 << hash.cost)
                return false
            }
            #expect(await check.check(user: user, password: "wrong", users: users, from: "a") == .wrong)
            #expect(spent.rounds == 1 << 7)
        }
    }

    private final class Spent: Sendable {
        private let sum = Mutex(0)
        var rounds: Int { sum.withLock { $0 } }
        func add(_ rounds: Int) { sum.withLock { $0 += rounds } }
    }

    @Test(arguments: [17, 20, 31])
    func costsThatBlockTheQueueAreRefused(cost: Int) {
        let text = "$2b$\(cost)$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K"
        #expect(throws: BcryptHash.Problem.costly(cost)) { try BcryptHash(parsing: text) }
    }

    @Test func aWrongAnswerIsRememberedToo() async throws {
        let comparisons = Comparisons()
        let check = comparisons.check()
        let users: [ByteText: BcryptHash] = ["bob": try #require(BcryptHash.make("secret", cost: 4))]
        for _ in 0..<3 { #expect(await check.check(user: "bob", password: "old", users: users, from: "a") == .wrong) }
        #expect(comparisons.count == 1)
    }

    @Test func memoryIsBounded() async throws {
        let check = Comparisons().check()
        let hash = try #require(BcryptHash.make("secret", cost: 4))
        for round in 0..<20 {
            // A reload with users of other names.
            let users = Dictionary(uniqueKeysWithValues: (0..<5).map { (ByteText("user \(round) \($0)"), hash) })
            for user in users.keys {
                #expect(await check.check(user: user, password: "secret", users: users, from: "a") == .right)
                for guess in 0..<10 {
                    #expect(
                        await check.check(user: user, password: ByteText("guess \(guess)"), users: users, from: "a")
                            == .wrong)
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
        #expect(await check.check(user: "bob", password: "secret", users: ["bob": hash], from: "a") == .right)
        #expect(await check.check(user: "bob", password: "secret", users: ["ann": hash], from: "a") == .wrong)
        #expect(await check.check(user: "ann", password: "secret", users: ["ann": hash], from: "a") == .right)
        #expect(check.remembered.right == 1)
    }
}
