import Sweeping
import Synchronization
import TestTools

/// An application's database in memory, and what is to go wrong with it.
final class FakeDatabase: Sendable {
    struct Plan: Sendable {
        var id: String
        var jobID: String?
        var isPending = true
    }

    struct Download: Sendable {
        var id: String
        var timestamp: StoredTime
        var jobID: String?
    }

    /// What is to happen, beside what was asked for.
    struct Script: Sendable {
        var lease: (any Error)?
        var open: StoreError?
        var check: [OperationName: StoreError] = [:]
        /// Thrown instead of counting an operation's rows.
        var countError: StoreError?
        var beforeCount: @Sendable () -> Void = {}
        /// Whether a count isn't whole.
        var countsLeast = false
        /// Thrown instead of reading the n-th page (from 1) of an operation.
        var page: [OperationName: [Int: StoreError]] = [:]
        /// Thrown instead of changing the n-th batch (from 1) of an operation.
        var batch: [OperationName: [Int: StoreError]] = [:]
        /// Rows that the database refuses, with its reason.
        var refused: [String: String] = [:]
        /// Rows whose change is given up.
        var givenUp: Set<String> = []
        /// Rows that the application changes between the page and the batch.
        var changed: Set<String> = []
        /// How many rows of a batch are tried at most.
        var tried = Int.max
        /// Whether a dry run has to try and so takes the lock.
        var rehearses = false
        /// How long so many rows hold the lock.
        var cost: @Sendable (_ rows: Int) -> Duration = { _ in .zero }
        /// How many bytes rows have, by id; nothing is known where there are none.
        var sizes: [String: Int] = [:]
        /// How much longer each batch holds the lock, of whatever size it is.
        var fixedHold = Duration.zero
        /// For how long the lock is to be left alone after a batch at the least.
        var rest = Duration.zero
        /// The log's size after each change.
        var logBytes: Int64 = 0
        /// What is left of the log after each attempt to make it smaller; the last holds for all that follow.
        var relieved: [Int64] = [0]
        /// What can be given back in steps.
        var unused = UnusedSpace.none
        var unusedError: StoreError?
        /// Called before the n-th step (from 1) that gives space back; what it throws is thrown instead of the step.
        var beforeStep: @Sendable (_ number: Int) throws -> Void = { _ in }
        /// Called before the n-th batch (from 1) of the session is changed.
        var beforeBatch: @Sendable (_ number: Int) -> Void = { _ in }
        /// Called before the n-th page (from 1) of the session is read.
        var beforePage: @Sendable (_ number: Int) -> Void = { _ in }
        /// Whether deleting a job takes its plans and downloads along.
        var cascades = false
    }

    struct State: Sendable {
        var jobs: [JobRecord?] = []
        var place: [String: Int] = [:]
        var errors: [String: String] = [:]
        var downloads: [Download?] = []
        var plans: [Plan?] = []
        var script = Script()
        var log: [String] = []
        var pages = 0
        var batches = 0
        /// How many rows were made ready each time.
        var prepared: [Int] = []
        var steps = 0
        var pagesOf: [OperationName: Int] = [:]
        var batchesOf: [OperationName: Int] = [:]
        /// The most rows that any page was asked for.
        var largestPage = 0
        var holder: RunHolder?
        var openSessions = 0
        var sessionOptions: SessionOptions?
    }

    let state = Mutex(State())

    init(jobs: [JobRecord] = [], downloads: [Download] = [], plans: [Plan] = [], script: Script = Script()) {
        state.withLock { state in
            state.jobs = jobs
            state.place = Dictionary(uniqueKeysWithValues: jobs.enumerated().map { ($1.id, $0) })
            state.downloads = downloads
            state.plans = plans
            state.script = script
        }
    }

    var jobs: [JobRecord] { state.withLock { $0.jobs.compactMap(\.self) } }
    var downloadIDs: [String] { state.withLock { $0.downloads.compactMap(\.?.id) } }
    /// Ids of the plans that are still there and PENDING.
    var pendingPlanIDs: [String] { state.withLock { $0.plans.compactMap { $0?.isPending == true ? $0?.id : nil } } }
    var planIDs: [String] { state.withLock { $0.plans.compactMap(\.?.id) } }
    /// What was asked of the database, in order.
    var log: [String] { state.withLock(\.log) }
    var openSessions: Int { state.withLock(\.openSessions) }
    var sessionOptions: SessionOptions? { state.withLock(\.sessionOptions) }
    var largestPage: Int { state.withLock(\.largestPage) }
    var holder: RunHolder? { state.withLock(\.holder) }
    var script: Script {
        get { state.withLock(\.script) }
        set { state.withLock { $0.script = newValue } }
    }

    func note(_ event: String) {
        state.withLock { $0.log.append(event) }
    }
}
