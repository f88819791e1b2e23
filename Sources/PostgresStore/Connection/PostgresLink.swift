import CPostgres
import Glibc
import Sweeping

/// A connection to the server. It belongs to one thread at a time, which waits in it.
final class PostgresLink {
    /// For how long whoever asks waits for an answer.
    struct Patience: Sendable {
        /// After so long the server is told to give up what it does.
        var cancelAfter: Duration = .seconds(30)
        /// After so much more the connection is given up.
        var giveUpAfter: Duration = .seconds(30)
        /// True once the run is to end: then there is little patience left.
        var isStopping: @Sendable () -> Bool = { false }
        /// How long an answer may still take then.
        static let atTheEnd: Duration = .seconds(1)
        /// After so much more the connection is given up then.
        static let giveUpAtTheEnd: Duration = .seconds(10)
    }

    private let libpq: jobsweep_libpq
    private let connection: OpaquePointer
    private let cancelling: OpaquePointer?
    private let notices: NoticeReceiver
    private(set) var isLost = false
    var patience = Patience()
    /// Whether the server's process at the other end stays the same, so that it can remember statements.
    var isDirect = false
    /// Whether all that reading needs is set for good.
    var isReader = false
    private var prepared = PreparedStatements()
    /// What each transaction that writes has to begin with; nil where nothing has to.
    var fence: LeaseFence?
    /// The same, as statements.
    var fences: [Statement] { fence.map { [$0.statement] } ?? [] }

    /// - Parameter parameters: libpq's own keywords. Options are never sent, since poolers refuse what they don't know.
    /// - Throws: `StoreError` where there is no libpq, `PostgresError` where there is no connection.
    init(_ parameters: [(keyword: String, value: String)], notices: NoticeReceiver) throws {
        let libpq = try LibPQ.load()
        let connection = PostgresLink.connect(parameters, libpq)
        guard let connection, libpq.status(connection) == CInt(JOBSWEEP_PQ_CONNECTION_OK.rawValue) else {
            let message = libpq.errorMessage(connection).map { String(cString: $0) } ?? "no memory"
            libpq.finish(connection)
            throw PostgresError(
                state: nil,
                message: message.split(whereSeparator: \.isNewline).map { $0.drop { $0.isWhitespace } }.joined(
                    separator: "; "))
        }
        self.libpq = libpq
        self.connection = connection
        self.notices = notices
        cancelling = libpq.getCancel(connection)
        notices.attach(to: connection, libpq)
        // A large batch is sent while the server's first answers come in; who only sends would wait for ever.
        _ = libpq.setnonblocking(connection, 1)
        // A database without an encoding gives and takes bytes, and refuses those that are none in the encoding that was asked for.
        if let encoding = libpq.parameterStatus(connection, "server_encoding"), String(cString: encoding) == "SQL_ASCII"
        {
            _ = try run(Statement("SET client_encoding = 'SQL_ASCII'"))
        }
    }

    deinit {
        libpq.freeCancel(cancelling)
        libpq.finish(connection)
    }

    private static func connect(_ parameters: [(keyword: String, value: String)], _ libpq: jobsweep_libpq)
        -> OpaquePointer?
    {
        let words = parameters.flatMap { [strdup($0.keyword), strdup($0.value)] }
        defer { words.forEach { free($0) } }
        let keywords = stride(from: 0, to: words.count, by: 2).map { UnsafePointer(words[$0]) } + [nil]
        let values = stride(from: 1, to: words.count, by: 2).map { UnsafePointer(words[$0]) } + [nil]
        return libpq.connectdbParams(keywords, values, 0)
    }

    /// The number that the server, or a pooler in between, gave for the process at the other end.
    var processID: Int32 { libpq.backendPID(connection) }

    /// Such as 150018 for 15.18.
    var version: Int { Int(libpq.serverVersion(connection)) }

    /// Whether nothing lies between here and the server's process.
    func isAtServer() throws -> Bool {
        try run(Statement("SELECT pg_backend_pid()")).integer(0, 0) == Int64(processID)
    }

    func run(_ statement: Statement) throws -> PostgresRows {
        try one(run([statement]))
    }

    /// Sends all at once, and reads the answers: no round trip lies between the statements. The first that fails ends it.
    /// - Parameter telling: the answers up to this place are sent as soon as they are there, and given to `early`: a connection that is
    ///   lost afterwards doesn't take them along.
    func run(
        _ statements: [Statement], telling place: Int? = nil, early: (PostgresRows) -> Void = { _ in }
    ) throws -> [PostgresRows] {
        try run(statements, telling: place, early: early, streaming: 0..<0) { _, _ in }
    }

    /// The same, with the rows of some statements one by one as they come, so that however many there are, they take no memory here.
    /// Their answers have no rows then.
    func run(
        _ statements: [Statement], telling place: Int? = nil, early: (PostgresRows) -> Void = { _ in },
        streaming streamed: Range<Int>, each: (Int, PostgresRows) -> Void
    ) throws -> [PostgresRows] {
        guard !isLost else { throw PostgresError(state: nil, message: "it is closed") }
        try check(libpq.enterPipelineMode(connection) == 1)
        let uses = statements.map { $0.isRepeated && isDirect ? prepared.use(of: $0.sql) : .plain }
        for (index, statement) in statements.enumerated() {
            try send(statement, uses[index])
            if index == place { try check(libpq.sendFlushRequest(connection) == 1) }
        }
        try check(libpq.pipelineSync(connection) == 1)
        var answers: [PostgresRows] = []
        var failure: PostgresError?
        do {
            for index in statements.indices {
                if case .preparing(let name) = uses[index] {
                    switch try answer() {
                    case .rows: prepared.note(statements[index].sql, as: name)
                    case .failure(let error): failure = failure ?? error
                    case .row, .skipped, .end: break
                    }
                    _ = try next()
                }
                // An earlier statement may have failed: then there is nothing to be streamed.
                if streamed.contains(index) { _ = libpq.setSingleRowMode(connection) }
                var answer = try answer()
                while case .row(let row) = answer {
                    each(index, row)
                    answer = try self.answer()
                }
                switch answer {
                case .rows(let rows):
                    answers.append(rows)
                    if index == place { early(rows) }
                case .failure(let error): failure = failure ?? error
                case .row, .skipped, .end: break
                }
                // Each statement's answers end with nothing.
                _ = try next()
            }
            guard case .end = try answer() else { throw lost("the answers don't end where they have to") }
        } catch let error as PostgresError where failure != nil && error.isLoss {
            // Whoever ended the connection said why just before.
            let said = failure ?? error
            throw PostgresError(state: said.isLoss ? said.state : nil, message: said.reason)
        }
        try check(libpq.exitPipelineMode(connection) == 1)
        if let failure {
            if failure.isLoss { isLost = true }
            if failure.isForgotten, uses.contains(where: { $0 != .plain }) {
                prepared.forget()
                throw PostgresError(state: "40001", message: failure.reason)
            }
            if let loss = fence?.loss(failure) { throw loss }
            throw failure
        }
        return answers
    }

    /// What the server says of a transaction's statements, which it has taken back where one failed.
    func transaction(
        _ statements: [Statement], begin: String = "BEGIN", end: String = "COMMIT", telling place: Int? = nil,
        early: (PostgresRows) -> Void = { _ in }
    ) throws -> [PostgresRows] {
        do {
            let answers = try run(
                [Statement(begin)] + statements + [Statement(end)], telling: place.map { $0 + 1 }, early: early)
            return Array(answers.dropFirst().dropLast())
        } catch {
            if !isLost { _ = try? run(Statement("ROLLBACK")) }
            throw error
        }
    }

    private enum Answer {
        case rows(PostgresRows)
        /// One of those that are streamed.
        case row(PostgresRows)
        case failure(PostgresError)
        /// An earlier statement failed.
        case skipped
        case end
    }

    private func answer() throws -> Answer {
        guard let result = try next() else { return .skipped }
        switch libpq.resultStatus(result) {
        case CInt(JOBSWEEP_PQ_TUPLES_OK.rawValue), CInt(JOBSWEEP_PQ_COMMAND_OK.rawValue):
            return .rows(PostgresRows(result, libpq: libpq))
        case CInt(JOBSWEEP_PQ_SINGLE_TUPLE.rawValue):
            return .row(PostgresRows(result, libpq: libpq))
        case CInt(JOBSWEEP_PQ_PIPELINE_SYNC.rawValue):
            libpq.clear(result)
            return .end
        case CInt(JOBSWEEP_PQ_PIPELINE_ABORTED.rawValue):
            libpq.clear(result)
            return .skipped
        default:
            defer { libpq.clear(result) }
            let error = error(of: result)
            // Nothing comes behind it.
            if libpq.status(connection) != CInt(JOBSWEEP_PQ_CONNECTION_OK.rawValue) {
                throw lost(error.reason, error.state)
            }
            return .failure(error)
        }
    }

    private func error(of result: OpaquePointer) -> PostgresError {
        func field(_ field: jobsweep_pq_number) -> String? {
            libpq.resultErrorField(result, CInt(field.rawValue)).map { String(cString: $0) }
        }
        return PostgresError(
            state: field(JOBSWEEP_PQ_DIAG_SQLSTATE),
            message: field(JOBSWEEP_PQ_DIAG_MESSAGE_PRIMARY) ?? libpq.resultErrorMessage(result).map {
                String(cString: $0)
            }
                ?? "no reason given",
            detail: field(JOBSWEEP_PQ_DIAG_MESSAGE_DETAIL))
    }

    private func send(_ statement: Statement, _ use: PreparedStatements.Use) throws {
        // A database without an encoding may have text that is none in UTF-8.
        let values = statement.values.map { $0.flatMap { ($0 + [0]).withUnsafeBytes(PostgresLink.copied) } }
        defer { values.forEach { free($0) } }
        let pointers = values.map { UnsafePointer($0) }
        let count = CInt(values.count)
        let format: CInt = statement.isText ? 0 : 1
        switch use {
        case .plain:
            try check(libpq.sendQueryParams(connection, statement.sql, count, nil, pointers, nil, nil, format) == 1)
        case .preparing(let name):
            try check(libpq.sendPrepare(connection, name, statement.sql, 0, nil) == 1)
            try check(libpq.sendQueryPrepared(connection, name, count, pointers, nil, nil, format) == 1)
        case .prepared(let name):
            try check(libpq.sendQueryPrepared(connection, name, count, pointers, nil, nil, format) == 1)
        }
    }

    private static func copied(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutablePointer<CChar>? {
        bytes.baseAddress.flatMap { strdup($0.assumingMemoryBound(to: CChar.self)) }
    }

    /// The next answer, once it is there.
    private func next() throws -> OpaquePointer? {
        let begun = MonotonicTime.now()
        var cancelled: Duration?
        while true {
            let unsent = libpq.flush(connection)
            try check(unsent >= 0)
            if libpq.isBusy(connection) == 0 { return libpq.getResult(connection) }
            let now = MonotonicTime.now()
            if let cancelled {
                let longest = patience.isStopping() ? Patience.giveUpAtTheEnd : patience.giveUpAfter
                guard now - cancelled < longest else { throw lost("the server doesn't answer") }
            } else if now - begun > (patience.isStopping() ? Patience.atTheEnd : patience.cancelAfter) {
                cancelled = now
                cancel()
            }
            var socket = pollfd(fd: libpq.socket(connection), events: Int16(POLLIN), revents: 0)
            if unsent > 0 { socket.events |= Int16(POLLOUT) }
            guard poll(&socket, 1, 100) >= 0 || errno == EINTR else { throw lost("its socket is of no use any more") }
            if socket.revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 {
                try check(libpq.consumeInput(connection) == 1)
            }
        }
    }

    /// Asks the server to give up what it does; whether it did shows in the answer.
    private func cancel() {
        guard let cancelling else { return }
        var message = [CChar](repeating: 0, count: 256)
        _ = libpq.cancel(cancelling, &message, CInt(message.count))
    }

    private func check(_ isGood: Bool) throws {
        if !isGood { throw lost(libpq.errorMessage(connection).map { String(cString: $0) } ?? "no reason given") }
    }

    private func lost(_ reason: String, _ state: String? = nil) -> PostgresError {
        isLost = true
        return PostgresError(
            state: state.flatMap { PostgresError(state: $0, message: "").isLoss ? $0 : nil }, message: reason)
    }

    private func one(_ answers: [PostgresRows]) throws -> PostgresRows {
        guard let answer = answers.first else { throw lost("it gave no answer") }
        return answer
    }
}
