import Sweeping

/// Reading a page while the rows of the one before it are being deleted.
extension PostgresSession {
    /// In a dry run, a page shows what of the one before it wouldn't be there any more.
    package var readsAhead: Bool { !options.dryRun }

    package func page(_ selection: Selection, after cursor: Cursor?, limit: Int, ahead change: TableChange) async throws
        -> Page<Key, Cursor>
    {
        guard lease?.isDirect ?? true,
            let other = await second.connection({ try await perform { try SecondConnection.Place($0) } })
        else { return try await page(selection, after: cursor, limit: limit) }
        do {
            // One page at a time: were the server to read the next while this one is looked through, three would want a processor all the
            // time with the rows that are being deleted, and the application's writes would wait for one.
            return try await other.perform { link in
                lookThrough(
                    try read(selection, after: cursor, limit: limit, for: change, in: link), selection)
            }
        } catch {
            if options.isStopping() { throw StoreError(translating: error, database: address.name) }
            // The connection that writes says what is wrong, if it is more than the other connection.
            return try await page(selection, after: cursor, limit: limit)
        }
    }

    private func read(
        _ selection: Selection, after cursor: Cursor?, limit: Int, for change: TableChange, in link: PostgresLink
    ) throws -> ReadPage {
        do {
            let whole = try wholeRows.of(selection.label) { areEntangled in
                try WholeRows(change, areEntangled: areEntangled, schema, options, keptTables, in: link)
            }
            return try RowScan(selection, schema, options, in: link).read(
                after: cursor, limit: limit, whole: whole, in: link)
        } catch {
            if link.isLost { second.giveUp(StoreError(translating: error, database: address.name).message) }
            throw error
        }
    }

    private func lookThrough(_ found: ReadPage, _ selection: Selection) -> Page<Key, Cursor> {
        guard found.whole != nil, let unit = options.archive?.ahead(of: selection.label) else {
            return found.scan.page(found)
        }
        var page = found.scan.page(found, ahead: unit)
        let ahead = page.rows.filter(\.key.isAhead)
        wholeRows.note(ahead.count, of: page.rows.count, selection.label)
        // Together they make large batches.
        if ahead.count < page.rows.count { page.rows = ahead + page.rows.filter { !$0.key.isAhead } }
        return page
    }
}
