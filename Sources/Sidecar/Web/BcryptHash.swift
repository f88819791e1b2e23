import CCrypt

/// A password's bcrypt hash, as `htpasswd -B` and Prometheus' web configuration write it: `$2y$12$…`.
package struct BcryptHash: Sendable, Hashable {
    /// Why a text is no hash that is taken.
    package enum Problem: Error, Sendable, Equatable {
        case notAHash
        /// One check would take too long.
        case costly(Int)
    }

    /// What `make` uses: about a quarter of a second on one core.
    package static let defaultCost = 12
    /// Each step doubles the time of a check: 16 takes seconds, and 31, which the form allows, days.
    package static let costs = 4...16
    private static let length = 60

    /// Plain ASCII.
    package let text: String

    /// - Throws: `Problem`.
    package init(parsing text: String) throws(Problem) {
        let bytes = Array(text.utf8)
        guard bytes.count == BcryptHash.length, bytes.starts(with: "$2".utf8), [0x61, 0x62, 0x79].contains(bytes[2]),
            bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), (4...31).contains(cost)
        else { throw .notAHash }
        guard BcryptHash.costs.contains(cost) else { throw .costly(cost) }
        self.text = text
    }

    /// Nil when it isn't a whole hash of a cost that is taken.
    package init?(_ text: String) {
        do {
            self = try BcryptHash(parsing: text)
        } catch {
            return nil
        }
    }

    private init(known text: String) {
        self.text = text
    }

    /// The hash of a password that nobody has.
    /// - Precondition: the cost is one that is taken.
    static func nobodys(cost: Int) -> BcryptHash {
        precondition(costs.contains(cost), "no hash has the cost \(cost)")
        return BcryptHash(
            known: "$2y$" + (cost < 10 ? "0" : "") + "\(cost)$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K")
    }

    /// The number of rounds, as a power of two.
    package var cost: Int { Int(text.dropFirst(4).prefix(2)) ?? BcryptHash.defaultCost }

    /// Hashes a password with a salt of its own. Bcrypt looks at 72 bytes at the most.
    ///
    /// Nil when the system gives no randomness, or the password holds a NUL.
    package static func make(_ password: ByteText, cost: Int = defaultCost) -> BcryptHash? {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard !password.bytes.contains(0), jobsweep_bcrypt_setting(UInt(cost), &setting) == 0 else { return nil }
        return hash(password, like: setting).flatMap { BcryptHash($0.shown) }
    }

    /// Whether the password is the one, byte for byte. It takes as long as the cost says, and no shorter for a wrong one.
    package func matches(_ password: ByteText) -> Bool {
        guard !password.bytes.contains(0), let found = BcryptHash.hash(password, like: Array(text.utf8CString)) else {
            return false
        }
        return found.isSameSecret(as: ByteText(text))
    }

    private static func hash(_ password: ByteText, like setting: [CChar]) -> ByteText? {
        var out = [CChar](repeating: 0, count: Int(CRYPT_OUTPUT_SIZE))
        let phrase = password.bytes.map { CChar(bitPattern: $0) } + [0]
        guard jobsweep_crypt(phrase, setting, &out) == 0 else { return nil }
        return ByteText(out.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }
}

extension BcryptHash.Problem: CustomStringConvertible {
    /// A part of a sentence.
    package var description: String {
        switch self {
        case .notAHash: "is not a bcrypt hash"
        case .costly(let cost):
            "the hash's cost of \(cost) would make each check of a password take too long; it may be"
                + " \(BcryptHash.costs.lowerBound) to \(BcryptHash.costs.upperBound)"
        }
    }
}
