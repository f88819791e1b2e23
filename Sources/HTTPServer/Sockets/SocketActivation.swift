import Glibc

/// Sockets that the service manager opened and handed over, in systemd's way (sd_listen_fds(3)).
package struct SocketActivation: Sendable, Equatable {
    package struct Socket: Sendable, Equatable {
        package var descriptor: Int32
        /// The name that the socket unit gave it (`FileDescriptorName=`), or `LISTEN_FD_3` and so on.
        package var name: String

        package init(descriptor: Int32, name: String) {
            self.descriptor = descriptor
            self.name = name
        }
    }

    /// In the order in which they were handed over; empty where the variables are not set, or meant for another process.
    package let sockets: [Socket]

    /// The first descriptor passed (SD_LISTEN_FDS_START).
    private static let first: Int32 = 3
    /// No service manager hands over more; a number beyond is somebody's mistake.
    private static let most = 1024

    /// Reads `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES`. Throws where they make no sense.
    ///
    /// - Parameter processID: this process, which `LISTEN_PID` must name for the rest to be meant.
    package init(environment: [String: String], processID: Int32 = getpid()) throws(SocketActivationError) {
        guard let count = environment["LISTEN_FDS"], let pid = environment["LISTEN_PID"] else {
            sockets = []
            return
        }
        guard let pidNumber = Int32(pid), pidNumber > 0 else {
            throw SocketActivationError(description: "LISTEN_PID is \"\(pid)\", not a process id")
        }
        guard let number = Int(count), (0...Self.most).contains(number) else {
            throw SocketActivationError(description: "LISTEN_FDS is \"\(count)\", not a number of sockets")
        }
        guard pidNumber == processID else {
            sockets = []
            return
        }
        let names = environment["LISTEN_FDNAMES"].map {
            $0.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
        if let names, names.count != number {
            throw SocketActivationError(
                description: "LISTEN_FDNAMES names \(names.count) sockets where LISTEN_FDS says \(number)")
        }
        sockets = (0..<number).map { index in
            let descriptor = Self.first + Int32(index)
            let name = names.map { $0[index] } ?? ""
            return Socket(descriptor: descriptor, name: name.isEmpty ? "LISTEN_FD_\(descriptor)" : name)
        }
    }

    /// The sockets as listeners.
    package var listeners: [HTTPServerConfiguration.Listener] {
        sockets.map { .descriptor($0.descriptor, name: $0.name) }
    }
}

/// Socket activation that makes no sense.
package struct SocketActivationError: Error, Equatable, CustomStringConvertible {
    package let description: String
}
