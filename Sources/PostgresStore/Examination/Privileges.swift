import Sweeping

/// What this role may do, and the GRANT for what it may not.
struct Privileges {
    let schema: PostgresSchema
    let link: PostgresLink

    func findings(_ work: [(work: PlannedWork, table: TableShape)]) throws -> [Finding] {
        let role = try link.run(Statement("SELECT quote_ident(current_user)")).text(0, 0) ?? "this role"
        var findings: [Finding] = []
        for (work, table) in work {
            var grants = try missing(["SELECT"], table).map { "GRANT \($0) ON \(table.sql) TO \(role)" }
            switch work.action {
            case .delete: grants += try missing(["DELETE"], table).map { "GRANT \($0) ON \(table.sql) TO \(role)" }
            case .update(let writes):
                let columns = try writes.map(\.column).filter { try !may("UPDATE", table, column: $0) }
                if !columns.isEmpty {
                    grants.append(
                        "GRANT UPDATE (\(columns.map(quoted).joined(separator: ", "))) ON \(table.sql) TO \(role)")
                }
            }
            for lookup in work.selection.lookups {
                let other = try schema.table(lookup.table, in: link)
                grants += try missing(["SELECT"], other).map { "GRANT \($0) ON \(other.sql) TO \(role)" }
            }
            for dependents in work.dependents where dependents.isEnabled {
                let other = try schema.table(dependents.table, in: link)
                grants += try missing(["SELECT", "DELETE"], other).map { "GRANT \($0) ON \(other.sql) TO \(role)" }
            }
            if !grants.isEmpty {
                findings.append(
                    Finding(
                        .problem, "permission",
                        "\(role) may not do what \(work.selection.label) needs: its owner can run \(grants.joined(separator: "; "))"
                    ))
            }
            if work.action == .delete { findings += try advice(on: work, from: table, role) }
            if try hidesRows(table) {
                findings.append(
                    Finding(
                        .problem, "permission",
                        "row-level security hides rows of \(table.label) from \(role), so nobody could say which are there: ALTER"
                            + " ROLE \(role) BYPASSRLS"))
            }
        }
        if !findings.contains(where: { $0.level == .problem }) {
            findings.append(Finding(.ok, "permission", "\(role) may read and change what the operations need"))
        }
        if try !seesOthers() {
            findings.append(
                Finding(
                    .advice, "pressure",
                    "\(role) may not see how far standbys are behind, nor others' old snapshots, so runs can't wait for them:"
                        + " GRANT pg_monitor TO \(role)"))
        }
        return findings
    }

    /// What a deletion does without, and somebody misses later.
    private func advice(on work: PlannedWork, from table: TableShape, _ role: String) throws -> [Finding] {
        let reached = schema.reachedByDeletion(from: table.number)
        var unseen: Set<String> = []
        var closed: Set<String> = try missing(["INSERT"], table).isEmpty ? [] : [table.sql]
        for key in schema.foreignKeys where reached.contains(key.parent) {
            let child = try schema.table(key.child, in: link)
            if try !missing(["SELECT"], child).isEmpty {
                unseen.insert(child.sql)
            } else if try key.onDelete == .cascade && !missing(["INSERT"], child).isEmpty {
                closed.insert(child.sql)
            }
        }
        var findings = unseen.sorted().map { child in
            Finding(
                .advice, "permission",
                "\(role) may not see which rows of \(child) go with the \(work.selection.noun.many), so a preview doesn't"
                    + " say and no archive has them: GRANT SELECT ON \(child) TO \(role)")
        }
        if !closed.isEmpty {
            let tables = closed.sorted().joined(separator: ", ")
            findings.append(
                Finding(
                    .advice, "permission",
                    "\(role) can't put back the \(work.selection.noun.many) that a run deleted (`jobsweep restore`): GRANT INSERT ON"
                        + " \(tables) TO \(role), or restore as another role"))
        }
        return findings
    }

    private func missing(_ privileges: [String], _ table: TableShape) throws -> [String] {
        try privileges.filter { try !may($0, table, column: nil) }
    }

    private func may(_ privilege: String, _ table: TableShape, column: String?) throws -> Bool {
        let question =
            if let column {
                "has_column_privilege(\(table.number)::oid, \(literal(column)), '\(privilege)')"
            } else {
                "has_table_privilege(\(table.number)::oid, '\(privilege)')"
            }
        return try link.run(Statement("SELECT \(question)")).flag(0, 0)
    }

    private func hidesRows(_ table: TableShape) throws -> Bool {
        guard table.hasPolicies else { return false }
        return try link.run(Statement("SELECT row_security_active(\(table.number)::oid)")).flag(0, 0)
    }

    private func seesOthers() throws -> Bool {
        try link.run(Statement("SELECT pg_has_role('pg_read_all_stats', 'USAGE')")).flag(0, 0)
    }
}
