import CCrypt

/// A password's bcrypt hash, as `htpasswd -B` and Prometheus' web configuration write it: `$2y$12$…`.
package struct BcryptHash: Sendable, Hashable {
    /// What `make` uses: about a quarter of a second on one core.
    package static let defaultCost = 12
    private static let length = 60

    package let text: String

    /// Nil when the text isn't a whole bcrypt hash of a cost from 4 to 31.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == BcryptHash.length, text.hasPrefix("$2"), [0x61, 0x62, 0x79].contains(bytes[2]),
            bytes[3] == UInt8(ascii: "$"), bytes[6] == UInt8(ascii: "$"), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let cost = Int(String(decoding: bytes[4..<6], as: UTF8.self)), (4...31).contains(cost)
        else { return nil }
        self.text = text
    }

    /// The number of rounds, as a power of two.
    package var cost: Int { Int(text.dropFirst(4).prefix(2)) ?? 0 }

    /// Hashes a password with a salt of its own. Bcrypt looks at 72 bytes at the most.
    ///
    /// Nil when the system gives no randomness, or the password holds a NUL.
    package static func make(_ password: String, cost: Int = defaultCost) -> BcryptHash? {
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard !password.utf8.contains(0), jobsweep_bcrypt_setting(UInt(cost), &setting) == 0 else { return nil }
        return hash(password, like: setting).flatMap(BcryptHash.init)
    }

    /// Whether the password is the one. It takes as long as the cost says, and no shorter for a wrong one.
    package func matches(_ password: String) -> Bool {
        guard !password.utf8.contains(0), let found = BcryptHash.hash(password, like: Array(text.utf8CString)) else {
            return false
        }
        // Every byte is compared, so that the time says nothing of where they differ.
        let pairs = zip(found.utf8, text.utf8)
        return found.utf8.count == text.utf8.count && pairs.reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hash(_ password: String, like setting: [CChar]) -> String? {
        var out = [CChar](repeating: 0, count: Int(CRYPT_OUTPUT_SIZE))
        guard jobsweep_crypt(password, setting, &out) == 0 else { return nil }
        return String(decoding: out.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
