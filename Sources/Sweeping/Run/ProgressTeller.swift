/// Tells how far an operation, or a restore, is through its rows, often enough to see it move and not more often than anybody can read.
struct ProgressTeller {
    /// So long it keeps quiet while the percentage stands.
    private static let interval: Duration = .milliseconds(200)
    /// A time in which nothing can be told of the rest.
    private static let shortest: Duration = .milliseconds(500)

    /// What the rows are told under.
    let name: String
    let message: String
    /// The percents of the whole that are its own.
    let span: ClosedRange<Int>
    let due: RowCount
    let begun: Duration
    let onProgress: (RunProgress) -> Void
    private var last: (percent: Int, uptime: Duration)

    init(
        _ name: OperationName, _ wording: OperationWording, due: RowCount, begun: Duration,
        onProgress: @escaping (RunProgress) -> Void
    ) {
        self.init(
            name.rawValue, wording.progress, wording.span, due: due, begun: begun, onProgress: onProgress)
    }

    init(
        _ name: String, _ message: String, _ span: ClosedRange<Int>, due: RowCount, begun: Duration,
        onProgress: @escaping (RunProgress) -> Void
    ) {
        self.name = name
        self.message = message
        self.span = span
        self.due = due
        self.begun = begun
        self.onProgress = onProgress
        last = (span.lowerBound, begun)
    }

    /// - Parameter uptime: the moment, on the clock of `begun`.
    mutating func tell(done: Int, isEnd: Bool = false, at uptime: Duration) {
        let progress = progress(done: done, isEnd: isEnd, at: uptime)
        guard progress.percent != last.percent || uptime - last.uptime >= Self.interval else { return }
        last = (progress.percent, uptime)
        onProgress(progress)
    }

    func progress(done: Int, isEnd: Bool, at uptime: Duration) -> RunProgress {
        // What wasn't counted to its end is never nearly done.
        let due = isEnd ? done : max(done, due.rows, due.isLeast ? done + done / 4 + 1 : 0)
        let isLeast = self.due.isLeast && !isEnd
        let width = span.upperBound - span.lowerBound
        let percent = due > 0 ? span.lowerBound + done * width / due : span.upperBound
        let elapsed = uptime - begun
        var rest: Double?
        if !isLeast, done > 0, elapsed >= Self.shortest {
            rest = elapsed.inSeconds / Double(done) * Double(due - done)
        }
        return RunProgress(
            percent: percent, message: message,
            rows: RowProgress(
                operation: name, done: done, due: due, dueIsLeast: isLeast, restSeconds: rest))
    }
}
