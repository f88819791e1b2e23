import CMicrohttpd
import Glibc

/// Runs work on a thread of its own that no signal is delivered to. False if there can be no more threads.
///
/// - Parameter ended: called at the end, when everything that the work held has been let go.
func startThread(
    named name: String, _ work: @escaping () -> Void, ended: @escaping @Sendable () -> Void = {}
) -> Bool {
    let box = Unmanaged.passRetained(ThreadWork(name, work, ended))
    var thread = pthread_t()
    guard withSignalsBlocked({ pthread_create(&thread, nil, runThread, box.toOpaque()) }) == 0 else {
        box.release()
        return false
    }
    pthread_detach(thread)
    return true
}

/// Does something with every signal blocked on this thread: threads started meanwhile inherit that, and so leave signals
/// to the program's own threads.
func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
}

private final class ThreadWork {
    let name: String
    let work: () -> Void
    let ended: @Sendable () -> Void

    init(_ name: String, _ work: @escaping () -> Void, _ ended: @escaping @Sendable () -> Void) {
        self.name = name
        self.work = work
        self.ended = ended
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let ended = run(Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue())
    ended()
    return nil
}

private func run(_ thread: ThreadWork) -> @Sendable () -> Void {
    clinux_name_thread(thread.name)
    thread.work()
    return thread.ended
}
