import Synchronization

/// What one task leaves for another, in order; taking waits until something is there, whether or not the taker is cancelled.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var takers: [CheckedContinuation<Element, Never>] = []
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let taker = state.withLock { state in
            guard state.takers.isEmpty else { return Optional(state.takers.removeFirst()) }
            state.elements.append(element)
            return nil
        }
        taker?.resume(returning: element)
    }

    func take() async -> Element {
        await withCheckedContinuation { continuation in
            let element = state.withLock { state in
                guard state.elements.isEmpty else { return Optional(state.elements.removeFirst()) }
                state.takers.append(continuation)
                return nil
            }
            if let element { continuation.resume(returning: element) }
        }
    }
}
