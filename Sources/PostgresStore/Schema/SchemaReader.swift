import Sweeping

/// Reads what tables look like from PostgreSQL's own catalogue, whichever way they were made.
enum SchemaReader {
    /// The number of a table; nil where there is none of that name.
    static func number(of table: TableReference, in link: PostgresLink) throws -> UInt32? {
        var names = [table.schema.map { "\(quoted($0)).\(quoted(table.name))" } ?? quoted(table.name)]
        // A dot may be part of a name as well as stand between two.
        if let schema = table.schema { names.append(quoted("\(schema).\(table.name)")) }
        if table.schema == nil, let dot = table.name.firstIndex(of: ".") {
            names.append(
                "\(quoted(String(table.name[..<dot]))).\(quoted(String(table.name[table.name.index(after: dot)...])))")
        }
        for name in names {
            var statement = Statement()
            statement.sql = "SELECT to_regclass(\(statement.bind(name)))::oid"
            if let number = try link.run(statement).integer(0, 0) { return UInt32(truncatingIfNeeded: number) }
        }
        return nil
    }

    /// - Throws: `StoreError` where it is no table.
    static func table(_ number: UInt32, in link: PostgresLink) throws -> TableShape {
        let facts = try link.run(
            Statement(
                """
                WITH parts (number) AS (SELECT \(number)::oid UNION SELECT relid::oid FROM pg_partition_tree(\(number)))
                SELECT n.nspname::text, c.relname::text, c.relkind::text, c.relrowsecurity,
                  EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'x')),
                  pg_table_is_visible(c.oid),
                  c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid),
                  EXISTS (SELECT 1 FROM parts JOIN pg_trigger g ON g.tgrelid = parts.number
                    -- Of each row, before it is inserted.
                    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7),
                  EXISTS (SELECT 1 FROM parts JOIN pg_index i ON i.indrelid = parts.number WHERE NOT i.indimmediate),
                  EXISTS (SELECT 1 FROM parts JOIN pg_trigger g ON g.tgrelid = parts.number
                    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 66 = 0 AND g.tgtype & 20 <> 0),
                  \(detours(rule: 4)), \(detours(rule: 2))
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = \(number)
                """))
        guard facts.count == 1, let schema = facts.text(0, 0), let name = facts.text(0, 1), let kind = facts.text(0, 2)
        else { throw StoreError(.schema, "a table went away while it was looked at") }
        guard kind == "r" || kind == "p" else {
            throw StoreError(.schema, "\(schema).\(name) is no table, and rows of it can't be told apart")
        }
        return TableShape(
            number: number, schema: schema, name: name, isPartitioned: kind == "p", hasHeirs: facts.flag(0, 6),
            isVisible: facts.flag(0, 5),
            columns: try columns(of: number, in: link), indexes: try indexes(of: number, in: link),
            onDelete: try hurdles(of: number, event: 8, rule: 4, in: link),
            onUpdate: try hurdles(of: number, event: 16, rule: 2, in: link),
            insteadOfDelete: facts.list(0, 10), insteadOfUpdate: facts.list(0, 11),
            hasInsertTriggers: facts.flag(0, 7), hasLaterTriggers: facts.flag(0, 9),
            hasDeferrableKeys: facts.flag(0, 8),
            hasChecks: facts.flag(0, 4), hasPolicies: facts.flag(0, 3))
    }

    private static func columns(of table: UInt32, in link: PostgresLink) throws -> [ColumnShape] {
        let rows = try link.run(
            Statement(
                """
                SELECT a.attname::text, a.attnum, b.oid, a.attnotnull, a.attgenerated <> '' OR a.attidentity = 'a',
                  CASE b.oid WHEN 1042 THEN 'bpchar' ELSE format_type(b.oid, NULL) END,
                  CASE b.typtype WHEN 'e' THEN
                    (SELECT array_agg(e.enumlabel::text)::text FROM pg_enum e WHERE e.enumtypid = b.oid) END,
                  format_type(a.atttypid, a.atttypmod), a.attgenerated <> '', b.typtype = 'c' OR b.typcategory = 'A',
                  EXISTS (SELECT 1 FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
                    WHERE m.amname = 'hash' AND o.opcdefault AND o.opcintype = b.oid),
                  (SELECT format('%I.%I', n.nspname, l.collname) FROM pg_collation l
                    JOIN pg_namespace n ON n.oid = l.collnamespace
                    WHERE l.oid = a.attcollation AND NOT l.collisdeterministic)
                FROM pg_attribute a JOIN LATERAL (
                  -- What a domain is made of may be a domain.
                  WITH RECURSIVE base AS (
                    SELECT t.oid, t.typtype, t.typbasetype, t.typcategory FROM pg_type t WHERE t.oid = a.atttypid
                    UNION ALL SELECT t.oid, t.typtype, t.typbasetype, t.typcategory
                    FROM base JOIN pg_type t ON t.oid = base.typbasetype
                    WHERE base.typtype = 'd')
                  SELECT oid, typtype, typcategory FROM base WHERE typtype <> 'd') AS b ON true
                WHERE a.attrelid = \(table) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """))
        return (0..<rows.count).map { row in
            let words = rows.bytes(row, 6) == nil ? nil : Set(rows.list(row, 6))
            let type = UInt32(truncatingIfNeeded: rows.integer(row, 2) ?? 0)
            let kind = ColumnKind(type: type, isEnumeration: words != nil)
            return ColumnShape(
                name: rows.text(row, 0) ?? "", number: Int(rows.integer(row, 1) ?? 0), kind: kind, words: words ?? [],
                type: rows.text(row, 5) ?? "text",
                declared: rows.text(row, 7) ?? "", isMandatory: rows.flag(row, 3), isGenerated: rows.flag(row, 4),
                isComputed: rows.flag(row, 8), isComposed: rows.flag(row, 9),
                // Of all other kinds it has one, though not always under their own name.
                hasHash: kind != .other || rows.flag(row, 10), collation: rows.text(row, 11))
        }
    }

    private static func indexes(of table: UInt32, in link: PostgresLink) throws -> [IndexShape] {
        let rows = try link.run(
            Statement(
                """
                SELECT c.relname::text, i.indisunique AND i.indimmediate, i.indisprimary,
                  i.indisvalid AND i.indisready AND i.indpred IS NULL, m.amname = 'btree',
                  (SELECT array_agg(coalesce(a.attname::text, '') ORDER BY k.place)::text
                   FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
                   LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0
                   WHERE k.place <= i.indnkeyatts), i.indisunique
                FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
                WHERE i.indrelid = \(table) ORDER BY NOT i.indisprimary, i.indnkeyatts, c.relname
                """))
        return (0..<rows.count).map { row in
            IndexShape(
                name: rows.text(row, 0) ?? "", columns: rows.list(row, 5).map { $0.isEmpty ? nil : $0 },
                isUnique: rows.flag(row, 1), isUniqueInTheEnd: rows.flag(row, 6), isPrimary: rows.flag(row, 2),
                isWhole: rows.flag(row, 3), isSorted: rows.flag(row, 4))
        }
    }

    /// Rules of the table `c` that take a statement's place.
    private static func detours(rule: Int) -> String {
        """
        (SELECT array_agg(rulename::text ORDER BY rulename)::text FROM pg_rewrite
         WHERE ev_class = c.oid AND ev_type = '\(rule)' AND is_instead AND ev_enabled IN ('O', 'A'))
        """
    }

    /// Triggers of the user's and rules that a statement of this kind sets off.
    /// - Parameters:
    ///   - event: the bit of `tgtype`.
    ///   - rule: the number of `ev_type`.
    private static func hurdles(of table: UInt32, event: Int, rule: Int, in link: PostgresLink) throws -> [String] {
        let rows = try link.run(
            Statement(
                """
                SELECT 'trigger ' || tgname FROM pg_trigger
                WHERE tgrelid = \(table) AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & \(event) <> 0
                UNION ALL
                SELECT 'rule ' || rulename FROM pg_rewrite
                WHERE ev_class = \(table) AND ev_type = '\(rule)' AND ev_enabled <> 'D' ORDER BY 1
                """))
        return (0..<rows.count).compactMap { rows.text($0, 0) }
    }

    /// Triggers of the user's and rules that run when rows are deleted or updated.
    static func triggers(on table: UInt32, in link: PostgresLink) throws -> [TableFacts.Trigger] {
        let rows = try link.run(
            Statement(
                """
                SELECT 'trigger ' || t.tgname, concat_ws(E'\\n', t.tgenabled, pg_get_triggerdef(t.oid), p.prosrc)
                FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                WHERE t.tgrelid = \(table) AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 24 <> 0
                UNION ALL
                SELECT 'rule ' || rulename, concat_ws(E'\\n', ev_enabled, pg_get_ruledef(oid)) FROM pg_rewrite
                WHERE ev_class = \(table) AND ev_type IN ('2', '4') AND ev_enabled <> 'D' ORDER BY 1
                """))
        return (0..<rows.count).map { TableFacts.Trigger(rows.text($0, 0) ?? "", rows.text($0, 1) ?? "") }
    }

    /// All foreign keys of the database; those of partitions stand for their table's once.
    static func foreignKeys(in link: PostgresLink) throws -> [ForeignKeyShape] {
        func names(_ table: String, _ columns: String) -> String {
            """
            (SELECT array_agg(a.attname::text ORDER BY u.place)::text FROM unnest(\(columns)) WITH ORDINALITY AS u (number, place)
             JOIN pg_attribute a ON a.attrelid = \(table) AND a.attnum = u.number)
            """
        }
        let rows = try link.run(
            Statement(
                """
                SELECT k.conname::text, k.conrelid, cn.nspname::text, c.relname::text, \(names("k.conrelid", "k.conkey")),
                  k.confrelid, pn.nspname::text, p.relname::text, \(names("k.confrelid", "k.confkey")),
                  k.confdeltype::text, k.condeferred,
                  EXISTS (SELECT 1 FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL AND m.amname IN ('btree', 'hash')
                    AND (i.indkey::int2[])[0:array_length(k.conkey, 1) - 1] @> k.conkey),
                  EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                    AND a.attnotnull),
                  to_jsonb(k) ->> 'confdelsetcols' IS NOT NULL, k.condeferrable,
                  c.relkind = 'r' AND c.relhassubclass, p.relkind = 'r' AND p.relhassubclass
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace cn ON cn.oid = c.relnamespace
                  JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace pn ON pn.oid = p.relnamespace
                WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid
                """))
        return (0..<rows.count).map { row in
            // Rows of tables that inherit from one belong to none of its keys.
            func name(_ schema: Int, hasHeirs: Int) -> (label: String, sql: String) {
                let (schema, table) = (rows.text(row, schema) ?? "", rows.text(row, schema + 1) ?? "")
                let sql = "\(rows.flag(row, hasHeirs) ? "ONLY " : "")\(quoted(schema)).\(quoted(table))"
                return (schema == "public" ? table : "\(schema).\(table)", sql)
            }
            let child = name(2, hasHeirs: 15)
            let parent = name(6, hasHeirs: 16)
            return ForeignKeyShape(
                name: rows.text(row, 0) ?? "", child: UInt32(truncatingIfNeeded: rows.integer(row, 1) ?? 0),
                childLabel: child.label, childSQL: child.sql, childColumns: rows.list(row, 4),
                parent: UInt32(truncatingIfNeeded: rows.integer(row, 5) ?? 0), parentSQL: parent.sql,
                parentColumns: rows.list(row, 8),
                onDelete: rows.text(row, 9)?.first.flatMap(ForeignKeyShape.Action.init) ?? .none,
                isPartial: rows.flag(row, 13), isDeferrable: rows.flag(row, 14), isDeferred: rows.flag(row, 10),
                isIndexed: rows.flag(row, 11), isMandatory: rows.flag(row, 12))
        }
    }
}
