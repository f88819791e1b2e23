import ArgumentParser

/// The flags of the commands that sweep.
struct SweepOptions: ParsableArguments {
    @Option(
        name: .customLong("only"),
        help: ArgumentHelp(
            "Only these operations, separated by commas: \(OperationList.allValueStrings.joined(separator: ", ")), and rules by their names.",
            valueName: "operations"),
        completion: .list(OperationList.allValueStrings))
    var only: OperationList?

    @Flag(
        name: .customLong("ignore-clock"),
        help: "Take the wall clock for right, this once, where a run would be refused because it leapt.")
    var ignoreClock = false

    @Flag(name: .customLong("json"), help: "Print the report as JSON, and nothing else, on standard output.")
    var json = false
}
