/// The four operations as passes over one session.
struct SweepPasses<Session: MaintenanceSession> {
    let session: Session
    let policy: SweepPolicy
    let request: RunRequest
    let now: Timestamp
    let recorder: RunRecorder
    let onProgress: @Sendable (RunProgress) -> Void

    func staleJobs(total: Int) -> OperationPass<Session, JobRecord, Settlement> {
        OperationPass(
            operation: .staleJobs,
            read: { try await session.activeJobs(after: $0, limit: $1) },
            decide: staleVerdict,
            apply: { try await session.settle($0.map { ($0.key, $0.change) }, at: now, within: $1) },
            id: \.id,
            jobID: \.id,
            note: { job, settlement in
                "\(JobType.normalized(job.type)), \(settlement.outcome.rawValue) after"
                    + " \(settlement.elapsed.minutesWithOneDecimal) minutes"
            },
            changed: noteSettled,
            seen: { onProgress(.staleJobs(seen: $0, of: total)) })
    }

    func oldJobs() -> OperationPass<Session, JobRecord, Approval> {
        OperationPass(
            operation: .oldJobs,
            read: { try await session.finishedJobs(before: now - policy.oldJobs.shortestKeep, after: $0, limit: $1) },
            decide: oldJobVerdict,
            apply: { try await session.deleteJobs($0.map(\.key), within: $1) },
            id: \.id,
            jobID: \.id,
            note: { job, _ in
                "\(JobType.normalized(job.type)), \(job.status.lowercased()) at \(describe(job.completedAt))"
            },
            changed: { job, _ in
                recorder.update(.oldJobs) { $0.deletedByType[JobType.label(for: job.type), default: 0] += 1 }
            },
            seen: { _ in })
    }

    func oldDownloads() -> OperationPass<Session, DownloadRecord, Approval> {
        OperationPass(
            operation: .oldDownloads,
            read: { try await session.downloads(before: now - policy.oldDownloads.keep, after: $0, limit: $1) },
            decide: { download in
                goesWithItsJob(download.owner) ? .keep : policy.oldDownloads.verdict(on: download, now: now)
            },
            apply: { try await session.deleteDownloads($0.map(\.key), within: $1) },
            id: \.id,
            jobID: { _ in nil },
            note: { download, _ in "handled at \(describe(download.timestamp))" },
            changed: { _, _ in },
            seen: { _ in })
    }

    func stuckPlans() -> OperationPass<Session, PlanRecord, Approval> {
        OperationPass(
            operation: .stuckPlans,
            read: { try await session.pendingPlans(after: $0, limit: $1) },
            decide: planVerdict,
            apply: { try await session.resetPlans($0.map(\.key), at: now, within: $1) },
            id: \.id,
            jobID: { plan in if case .found(let job) = plan.job { job.id } else { nil } },
            note: { plan, _ in describe(plan.job) },
            changed: { _, _ in },
            seen: { _ in })
    }

    private func staleVerdict(_ job: JobRecord) -> Verdict<Settlement> {
        policy.staleJobs.verdict(on: job, now: now)
    }

    private func oldJobVerdict(_ job: JobRecord) -> Verdict<Approval> {
        policy.oldJobs.verdict(on: job, now: now)
    }

    /// Whether an earlier operation of this dry run would have deleted the row together with its job. In a real run such a
    /// row is gone by now and isn't read at all.
    private func goesWithItsJob(_ job: JobRecord?) -> Bool {
        guard request.dryRun, let job, recorder.hasChanged(job.id, by: .oldJobs) else { return false }
        return oldJobVerdict(job) == .change(.approved)
    }

    /// In a dry run the plan's job still is what it was; what the run would have made of it counts.
    private func planVerdict(_ plan: PlanRecord) -> Verdict<Approval> {
        if request.dryRun, case .found(let job) = plan.job {
            if plan.goesWithItsJob, goesWithItsJob(job) { return .keep }
            if recorder.hasChanged(job.id, by: .staleJobs), case .change = staleVerdict(job) {
                return .change(.approved)
            }
        }
        return StuckPlanRule.verdict(on: plan)
    }

    private func noteSettled(_ job: JobRecord, _ settlement: Settlement) {
        let kind = SettledKind(typeLabel: JobType.label(for: job.type), outcome: settlement.outcome)
        recorder.update(.staleJobs) { $0.settled[kind, default: 0] += 1 }
        recorder.note(
            CleanedJob(
                jobID: job.id, jobType: JobType.normalized(job.type), outcome: settlement.outcome,
                timeout: settlement.timeout, elapsed: settlement.elapsed))
    }
}

/// Why a plan waits in vain. An active job is seen here only by a dry run, which knows that the run would have settled it.
private func describe(_ link: PlanRecord.Link) -> String {
    switch link {
    case .none: "waits for no job"
    case .missing: "its job doesn't exist"
    case .found(let job):
        "its job \(job.id) is \(job.status.lowercased())"
            + (JobStatus.reading(job.status)?.status.isActive == true ? ", but stale" : "")
    }
}

private func describe(_ time: StoredTime) -> String {
    switch time {
    case .null: "no time"
    case .unreadable: "an unreadable time"
    case .at(let instant): instant.rfc3339
    }
}
