import Dispatch
import Sweeping

/// A connection with a thread of its own: whoever waits for the server holds up none of Swift's threads.
///
/// The link isn't safe to share, and this class shares it: it is only ever touched on the queue, which does one thing after another.
final class PostgresConnection: @unchecked Sendable {
    private let queue: DispatchQueue
    private var link: PostgresLink?
    /// What errors call the database.
    let name: String
    /// The server's process at the other end, as the connection was told.
    let processID: Int32
    /// Such as 150018 for 15.18.
    let version: Int

    private init(_ link: PostgresLink, queue: DispatchQueue, name: String) {
        self.link = link
        self.queue = queue
        self.name = name
        processID = link.processID
        version = link.version
    }

    /// - Throws: `StoreError`.
    static func open(_ address: PostgresAddress, writing: Bool, notices: NoticeReceiver) async throws
        -> PostgresConnection
    {
        let queue = DispatchQueue(label: "jobsweep.postgres")
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        do {
                            let link = try PostgresLink.open(address, writing: writing, notices: notices)
                            return PostgresConnection(link, queue: queue, name: address.name)
                        } catch let error as PostgresError {
                            throw StoreError(connecting: error, to: address.name)
                        }
                    })
            }
        }
    }

    /// Does `work` on the connection's thread.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (PostgresLink) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(
                    with: Result {
                        guard let link = self.link else { throw PostgresError(state: nil, message: "it is closed") }
                        return try work(link)
                    })
            }
        }
    }

    func close() async {
        await withCheckedContinuation { continuation in
            queue.async {
                self.link = nil
                continuation.resume()
            }
        }
    }
}
