import HTTPServer
import Sweeping
import Synchronization

/// Server-sent events of runs: `progress` as it happens, then `finished` with the report. A listener costs a mailbox, no thread.
package final class EventStreams: Sendable {
    /// What a quiet stream is sent now and then, so that proxies keep it open.
    static let keepAliveInterval: Duration = .seconds(15)

    /// Bytes that may wait for a listener: the longest report, which lists a thousand errors and a thousand jobs, has to fit, or
    /// a stream would end without it.
    private static let capacity = 1024 * 1024

    private let live: LiveRun
    private let streams = Mutex<[Int: ResponseStream]>([:])

    package init(live: LiveRun) {
        self.live = live
    }

    /// A stream that follows the run under way; nil when that isn't the one with this id.
    func follow(_ id: String) -> ResponseStream? {
        let box = TicketBox()
        let stream = ResponseStream(capacity: EventStreams.capacity) { [weak self] _ in
            if let ticket = box.close() { self?.drop(ticket) }
        }
        let listener = live.listen { event in
            switch event {
            case .progress(let record) where record.request.runID == id:
                stream.write(EventStreams.progress(record).bytes)
            case .finished(let record) where record.request.runID == id:
                stream.write(EventStreams.finished(record).bytes)
                stream.finish()
            case .progress, .finished: break
            }
        }
        // Listening began before this look, so that an end between the two isn't missed.
        guard let current = live.current, current.request.runID == id else {
            live.stopListening(listener)
            return nil
        }
        stream.write(EventStreams.progress(current).bytes)
        streams.withLock { $0[listener] = stream }
        if !box.open(listener) { drop(listener) }
        return stream
    }

    /// A stream that says how far a restore is, tells of its end, and ends.
    func follow(_ restore: LiveRestore, until end: @escaping @Sendable () async -> RunRecord) -> ResponseStream {
        let (box, restoreBox) = (TicketBox(), TicketBox())
        let stream = ResponseStream(capacity: EventStreams.capacity) { [weak self] _ in
            if let ticket = box.close() { self?.drop(ticket) }
            if let ticket = restoreBox.close() { restore.stopListening(ticket) }
        }
        stream.write(EventStreams.progress(restore.record).bytes)
        let ticket = restore.listen { stream.write(EventStreams.progress($0).bytes) }
        if !restoreBox.open(ticket) { restore.stopListening(ticket) }
        // There is nothing to hear of runs: what listens is kept open.
        let listener = live.listen { _ in }
        streams.withLock { $0[listener] = stream }
        if !box.open(listener) { drop(listener) }
        Task {
            stream.write(EventStreams.finished(await end()).bytes)
            stream.finish()
        }
        return stream
    }

    /// A stream that tells of a run that is over, and ends.
    func over(_ record: RunRecord) -> ResponseStream {
        let stream = ResponseStream(capacity: EventStreams.capacity)
        stream.write(EventStreams.finished(record).bytes)
        stream.finish()
        return stream
    }

    /// Keeps quiet streams open until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: EventStreams.keepAliveInterval)
            for stream in streams.withLock({ Array($0.values) }) { stream.write(ServerSentEvent.keepAlive) }
        }
    }

    /// How many listeners there are.
    package var count: Int { streams.withLock { $0.count } }

    private func drop(_ listener: Int) {
        live.stopListening(listener)
        streams.withLock { _ = $0.removeValue(forKey: listener) }
    }

    private static func progress(_ record: RunRecord) -> ServerSentEvent {
        let data: JSONValue = [
            "id": .string(record.request.runID), "status": .string(record.phase.name),
            "progress": .int(record.progress.percent), "message": .string(record.progress.message),
            "rows": ProgressText.json(record.progress.rows),
        ]
        return ServerSentEvent(event: "progress", data: data.text)
    }

    private static func finished(_ record: RunRecord) -> ServerSentEvent {
        ServerSentEvent(event: "finished", data: RunJSON.result(record).text)
    }
}

/// A stream's listener number, which is known only after the stream was made and may be wanted before.
private final class TicketBox: Sendable {
    private enum State {
        case waiting
        case open(Int)
        case closed
    }

    private let state = Mutex(State.waiting)

    /// False when the stream was closed meanwhile.
    func open(_ ticket: Int) -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .open(ticket)
            return true
        }
    }

    func close() -> Int? {
        state.withLock { state in
            defer { state = .closed }
            if case .open(let ticket) = state { return ticket }
            return nil
        }
    }
}
