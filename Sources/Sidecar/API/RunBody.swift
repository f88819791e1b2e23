import HTTPServer
import Sweeping

/// The body of `POST /api/jobs/run`, decoded strictly: nothing is guessed and nothing ignored.
struct RunBody: Equatable {
    var dryRun = false
    /// Nil for those that the configuration switches on.
    var operations: [OperationName]?

    private enum Field: String, CaseIterable {
        case jobType = "job_type"
        case dryRun = "dry_run"
        case operations
    }

    /// - Parameter known: every operation that there is.
    /// - Throws: `RequestProblem`.
    init(_ bytes: [UInt8], known: [OperationName]) throws(RequestProblem) {
        let fields = try RunBody.object(bytes)
        for name in fields.keys.sorted() where Field(rawValue: name) == nil {
            throw .malformed("unknown field '\(name)'; allowed are \(RunBody.list(Field.allCases.map(\.rawValue)))")
        }
        switch fields[Field.jobType.rawValue] {
        case .string(RunJSON.jobType): break
        case .string(let other): throw .malformed("unknown job type '\(other)'; allowed is \(RunJSON.jobType)")
        case nil: throw .invalid("'job_type' is missing; give \"job_type\": \"\(RunJSON.jobType)\"")
        case let value?: throw .invalid("'job_type' must be a string, not \(value.kind)")
        }
        switch fields[Field.dryRun.rawValue] {
        case .bool(let value): dryRun = value
        case nil: break
        case let value?: throw .invalid("'dry_run' must be true or false, not \(value.kind)")
        }
        operations = try RunBody.operations(fields[Field.operations.rawValue], known)
    }

    static func operations(_ value: JSONValue?, _ known: [OperationName]) throws(RequestProblem)
        -> [OperationName]?
    {
        guard let value else { return nil }
        guard case .array(let items) = value else {
            throw .invalid("'operations' must be an array, not \(value.kind)")
        }
        guard !items.isEmpty else {
            throw .invalid("'operations' is empty; leave it out for all that are switched on")
        }
        var operations: [OperationName] = []
        for item in items {
            guard case .string(let name) = item else {
                throw .invalid("'operations' must hold strings, not \(item.kind)")
            }
            guard let operation = known.first(where: { $0.rawValue == name }) else {
                throw .malformed("unknown operation '\(name)'; allowed are \(list(known.map(\.rawValue)))")
            }
            operations.append(operation)
        }
        return known.filter(operations.contains)
    }

    /// A body of a request that needs none: nothing, or an object without fields.
    static func expectEmpty(_ bytes: [UInt8]) throws(RequestProblem) {
        guard !bytes.isEmpty else { return }
        if let name = try object(bytes).keys.min() {
            throw .malformed("unknown field '\(name)'; this request takes none")
        }
    }

    /// The fields of a body that is a JSON object.
    static func object(_ bytes: [UInt8]) throws(RequestProblem) -> [String: JSONValue] {
        let value: JSONValue
        do throws(JSONReader.Problem) {
            value = try JSONReader.read(bytes, .request)
        } catch {
            throw .malformed(error.sentence)
        }
        guard case .object(let fields) = value else {
            throw .malformed("the body must be a JSON object, not \(value.kind)")
        }
        return fields
    }

    private static func list(_ words: [String]) -> String { words.joined(separator: ", ") }
}

extension JSONReader.Problem {
    fileprivate var sentence: String {
        switch self {
        case .notJSON: "the body is not JSON"
        case .tooDeep(let limit): "the body's JSON is nested deeper than \(limit) levels"
        case .tooMany(let limit): "the body's JSON has more than \(limit) values"
        case .twice(let name): "'\(name)' is given twice in the body"
        }
    }
}

/// What is wrong with a request.
enum RequestProblem: Error, Equatable {
    /// It can't be understood, or names something that doesn't exist.
    case malformed(String)
    /// It is understood, and a value in it isn't what it must be.
    case invalid(String)

    var response: HTTPResponse {
        switch self {
        case .malformed(let detail): .error(.badRequest, detail)
        case .invalid(let detail): .error(.unprocessableContent, detail)
        }
    }
}
