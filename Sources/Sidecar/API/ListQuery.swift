import HTTPServer
import Sweeping

/// The query of `GET /api/jobs`.
struct ListQuery: Equatable {
    static let defaultLimit = 50
    static let largestLimit = 500

    var limit = defaultLimit
    var offset = 0
    var phase: RunRecord.Phase?

    /// What the query may say.
    static let parameters: [QueryParameter] = ["limit", "offset", "status"]

    /// - Throws: `RequestProblem`.
    init(_ request: HTTPRequest) throws(RequestProblem) {
        var seen: Set<String> = []
        for item in request.query {
            guard seen.insert(item.name).inserted else { throw .malformed("'\(item.name)' is given twice") }
            switch item.name {
            case "limit": limit = try ListQuery.number(item.name, item.value, in: 1...ListQuery.largestLimit)
            case "offset": offset = try ListQuery.number(item.name, item.value, in: 0...Int(Int32.max))
            case "status":
                guard let phase = RunRecord.Phase(name: item.value) else {
                    let allowed = RunRecord.Phase.names.joined(separator: ", ")
                    throw .malformed("unknown status '\(item.value)'; allowed are \(allowed)")
                }
                self.phase = phase
            default: throw .malformed("unknown parameter '\(item.name)'; allowed are limit, offset, status")
            }
        }
    }

    private static func number(
        _ name: String, _ text: String, in range: ClosedRange<Int>
    ) throws(RequestProblem) -> Int {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text), range.contains(number)
        else {
            throw .malformed(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }
}
