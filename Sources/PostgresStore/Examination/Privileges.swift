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
            let hiding = try looked(at: work, from: table).filter(hidesRows).map(\.label)
            if !hiding.isEmpty {
                findings.append(
                    Finding(
                        .problem, "permission",
                        "row-level security hides rows of \(hiding.joined(separator: ", ")) from \(role), so nobody could say which"
                            + " are there: ALTER ROLE \(role) BYPASSRLS"))
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

    /// The tables whose rows decide what a run does, and those whose rows go along.
    private func looked(at work: PlannedWork, from table: TableShape) throws -> [TableShape] {
        let dependents = work.dependents.filter(\.isEnabled)
        let named =
            work.selection.lookups.map(\.table)
            + dependents.flatMap { [$0.table] + $0.unlessReferenced.map(\.table) }
        var numbers = work.action == .delete ? schema.reachedByDeletion(from: table.number) : [table.number]
        for reference in named {
            let number = try schema.table(reference, in: link).number
            if !numbers.contains(number) { numbers.append(number) }
        }
        return try numbers.map { try schema.table($0, in: link) }
    }

    /// The GRANTs without which nothing in a schema can be named: there the tables seem not to exist.
    func schemasInTheWay(of tables: [TableReference]) throws -> [String] {
        var grants: [String] = []
        for table in tables {
            var statement = Statement()
            let name = statement.bind(table.name)
            let schema = table.schema.map { "n.nspname = \(statement.bind($0))" }
            // Schemas that may not be used are left out of current_schemas.
            let path = """
                n.nspname = ANY (string_to_array(replace(replace(replace(
                  current_setting('search_path'), '"', ''), ' ', ''), '$user', current_user::text), ','))
                """
            statement.sql = """
                SELECT DISTINCT format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, current_user)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relname = \(name) AND \(schema ?? path) AND NOT has_schema_privilege(n.oid, 'USAGE')
                """
            let found = try link.run(statement)
            grants += (0..<found.count).compactMap { found.text($0, 0) }.filter { !grants.contains($0) }
        }
        return grants
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
