import Glibc
import HTTPServer

/// The names that this server answers to.
///
/// A browser that was led here by somebody else's name (DNS rebinding) sends that name. An address can't be rebound, so on a listener
/// that others reach, any address is good: a container doesn't know by which it is published.
struct OwnNames: Sendable {
    /// Good on every listener, in lower case and without a dot at the end.
    private let everywhere: Set<ByteText>
    /// Good where others than this machine can connect.
    private let outside: Set<ByteText>

    /// - Parameters:
    ///   - listenHosts: what the listen addresses call their hosts.
    ///   - machine: what this machine calls itself.
    init(listenHosts: [String], external: ExternalURL?, machine: String? = OwnNames.machineName) {
        var names: Set<ByteText> = ["localhost"]
        for host in listenHosts where !host.isEmpty {
            names.insert(OwnNames.plain(ByteText(host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host).bytes))
        }
        if let external { names.insert(OwnNames.plain(external.host.bytes)) }
        everywhere = names
        outside = machine.map { [OwnNames.plain(ByteText($0).bytes)] } ?? []
    }

    /// Whether a `Host` names this server. The port may differ: a tunnel has its own.
    func contain(_ field: String?, on listener: HTTPRequest.Listener) -> Bool {
        guard let field, let (host, _) = HostField.parts(Array(field.utf8)) else { return false }
        let name = OwnNames.plain(host)
        if everywhere.contains(name) || HostField.isLoopbackAddress(host) { return true }
        guard !listener.isLoopback else { return false }
        return HostField.isAddress(host) || outside.contains(name)
    }

    private static func plain(_ name: [UInt8]) -> ByteText {
        ByteText(name.last == UInt8(ascii: ".") ? Array(name.dropLast()) : name).lowercasedASCII
    }

    static var machineName: String? {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0, buffer[0] != 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
