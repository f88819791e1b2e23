/// Who started or ended a run, and from where.
package struct Requester: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A user of the web configuration, or the holder of a client certificate.
        case user
        /// Whoever has the control token.
        case token
        case cli
        case schedule
        /// The end of the process.
        case shutdown
    }

    package var kind: Kind
    /// The user's name; nil for the other kinds.
    package var name: String?
    /// The address that the request came from; nil where there was none.
    package var address: String?
    /// For whom a proxy says that it asked. Anybody can write that.
    package var forwardedFor: String?

    package init(_ kind: Kind, name: String? = nil, address: String? = nil, forwardedFor: String? = nil) {
        self.kind = kind
        self.name = name
        self.address = address
        self.forwardedFor = forwardedFor
    }

    package static let cli = Requester(.cli)
    package static let schedule = Requester(.schedule)
    package static let shutdown = Requester(.shutdown)

    /// The user's name, or what kind it is.
    package var who: String { name ?? kind.rawValue }
}

extension Requester: CustomStringConvertible {
    /// `bob from 192.0.2.7`, `cli`
    package var description: String {
        let forwarded = forwardedFor.map { ", for \($0)" } ?? ""
        return address.map { "\(who) from \($0)\(forwarded)" } ?? who
    }
}

/// `{"kind": "user", "who": "bob", "address": "192.0.2.7"}`, and `forwarded_for` where a proxy named somebody.
extension Requester: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind
        case who
        case address
        case forwardedFor = "forwarded_for"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let word = try container.decode(String.self, forKey: .kind)
        guard let kind = Kind(rawValue: word) else {
            throw DecodingError.dataCorruptedError(forKey: .kind, in: container, debugDescription: "unknown: \(word)")
        }
        self.init(
            kind, name: kind == .user ? try container.decodeIfPresent(String.self, forKey: .who) : nil,
            address: try container.decodeIfPresent(String.self, forKey: .address),
            forwardedFor: try container.decodeIfPresent(String.self, forKey: .forwardedFor))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind.rawValue, forKey: .kind)
        try container.encode(who, forKey: .who)
        try container.encode(address, forKey: .address)
        try container.encodeIfPresent(forwardedFor, forKey: .forwardedFor)
    }
}
