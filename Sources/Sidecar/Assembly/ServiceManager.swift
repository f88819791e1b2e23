import Glibc
import Sweeping

/// Tells systemd, where it started this process and wants to know, how the sidecar is (sd_notify(3), sd_watchdog_enabled(3)).
struct ServiceManager: Sendable {
    /// Where the notifications go; nil where nobody listens.
    private let socketPath: String?
    /// How long the service manager waits for a sign of life; nil when it doesn't.
    private let watchdog: Duration?

    init(environment: [String: String]) {
        socketPath = environment["NOTIFY_SOCKET"]
        let isMeant = environment["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        watchdog = isMeant ? environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds($0) } : nil
    }

    func ready() { notify("READY=1\nSTATUS=Serving") }
    func stopping() { notify("STOPPING=1\nSTATUS=Ending the run under way") }

    /// Around a reload, for `Type=notify-reload`.
    func reloading(at uptime: Duration) { notify("RELOADING=1\nMONOTONIC_USEC=\(uptime.wholeMicroseconds)") }

    /// Gives signs of life until the task is cancelled, twice as often as they are waited for, and none while something is stuck.
    func watch(_ clock: any SweepClock, _ health: Health) async {
        guard let watchdog, watchdog > .zero else { return }
        while !Task.isCancelled {
            if health.problem == nil { notify("WATCHDOG=1") }
            await clock.sleep(for: watchdog / 2)
        }
    }

    private func notify(_ state: String) {
        guard let socketPath, let first = socketPath.utf8.first, [UInt8(ascii: "/"), UInt8(ascii: "@")].contains(first)
        else {
            return
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(socketPath.utf8)
        // An abstract socket's name begins with a NUL.
        if first == UInt8(ascii: "@") { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let text = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
