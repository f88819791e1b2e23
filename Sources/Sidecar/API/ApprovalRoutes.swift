import HTTPServer
import Sweeping

/// Letting held operations go on.
struct ApprovalRoutes: Sendable {
    let coordinator: RunCoordinator
    let brakes: BrakeMemory

    func add(to routes: inout GuardedRoutes) {
        routes.post("/api/operations/{operation}/approve", .changing, approve)
    }

    @Sendable private func approve(_ visit: Visit) -> HTTPReply {
        .later {
            do throws(RequestProblem) {
                try RunBody.expectEmpty(visit.request.body)
            } catch {
                return error.response
            }
            let name = OperationName(rawValue: visit.request.parameters["operation"] ?? "")
            guard await coordinator.operationNames.contains(name) else {
                return .error(.notFound, "there is no operation \(name)")
            }
            guard let held = await brakes.held()[name.rawValue] else {
                return .error(.conflict, "\(name) isn't held")
            }
            guard await coordinator.approve(name, by: visit.requester) else {
                return .error(.serviceUnavailable, "the approval can't be remembered: look at the state directory")
            }
            return json([
                "success": true, "message": .string("\(name) goes on in the next run, once: \(held.what)"),
                "operation": .string(name.rawValue),
            ])
        }
    }
}
