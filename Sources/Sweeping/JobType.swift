/// The job types that the application is known to use; metrics count every other type as `other`.
package enum JobType: String, CaseIterable, Sendable, Hashable {
    case sync
    case syncScenes = "sync_scenes"
    case analysis
    case applyPlan = "apply_plan"
    case generateDetails = "generate_details"
    case export
    case `import`
    case cleanup
    case nonAIAnalysis = "non_ai_analysis"
    case removeOrphanedEntities = "remove_orphaned_entities"
    case processDownloads = "process_downloads"
    case stashScan = "stash_scan"
    case stashGenerate = "stash_generate"
    case checkStashGenerate = "check_stash_generate"
    case localGenerate = "local_generate"
    case processNewScenes = "process_new_scenes"
    case test

    /// The label of every type that isn't in this list.
    package static let otherLabel = "other"

    /// The metrics' label for a type as a row spells it: a known type's name, else `other`.
    package static func label(for type: Value) -> String {
        labels[type.folded] ?? otherLabel
    }

    private static let labels = Dictionary(uniqueKeysWithValues: allCases.map { (Value($0.rawValue), $0.rawValue) })

    /// The metrics' label that tells of types.
    package static let metricLabel = OperationMetric.Label("job_type", allCases.map(\.rawValue) + [otherLabel])

    /// The word as a row with this spelling has it.
    package func spelled(_ spelling: JobStatus.Spelling) -> String {
        switch spelling {
        case .lower: rawValue
        case .upper: rawValue.uppercased()
        }
    }

    /// A type's name as policies, reports and labels use it. Rows have it in lower or in upper case, as far as that goes for the letters
    /// A to Z: what other alphabets make of it is another name.
    package static func normalized(_ type: String) -> String { type.folded }
}
