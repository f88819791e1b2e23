/// Text that is what its bytes are: a secret, a user's name.
///
/// Swift's `String` takes a composed and a decomposed umlaut for the same text; a password hash, a file system and a browser don't.
package struct ByteText: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: some StringProtocol) {
        bytes = Array(text.utf8)
    }

    /// As far as the bytes are UTF-8; U+FFFD elsewhere. For messages, never for comparing.
    package var shown: String { String(decoding: bytes, as: UTF8.self) }

    /// The same, taking as long wherever the two differ: for secrets.
    package func isSameSecret(as other: ByteText) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        var difference: UInt8 = 0
        for index in bytes.indices { difference |= bytes[index] ^ other.bytes[index] }
        return difference == 0
    }

    /// With A to Z in lower case, and nothing else changed.
    package var lowercasedASCII: ByteText {
        ByteText(bytes.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 })
    }
}

extension ByteText: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }
}

extension ByteText: Comparable {
    package static func < (left: ByteText, right: ByteText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
