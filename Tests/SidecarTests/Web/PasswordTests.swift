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
}
