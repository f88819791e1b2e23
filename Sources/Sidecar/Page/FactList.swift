import Sweeping

/// What is known of schedule, database, archive and process.
struct FactList {
    let view: StatusView

    /// So many operations are named in one fact; all are listed further down.
    private static let named = 3

    var html: String {
        let list = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        return """
            <section id="facts" aria-labelledby="facts-title">
            <h2 id="facts-title">Facts</h2>
            <dl class="facts">
            \(list.joined(separator: "\n"))
            </dl>
            </section>
            """
    }

    private var entries: [(String, String)] {
        var entries: [(String, String)] = []
        if let next = view.nextRun {
            let due = String(next.microseconds / 1_000_000)
            entries.append(
                ("Next run", #"\#(time(next)) <span class="quiet" id="countdown" data-due="\#(due)"></span>"#))
        } else {
            entries.append(("Next run", "none"))
        }
        entries.append(("Schedule", escaped(view.schedule)))
        entries.append(("Last run", view.lastRun.map { "\(time($0.startedAt)) \(status($0))" } ?? "none yet"))
        entries.append(("Database", database))
        if let sizes = view.database.sizes, sizes.hasPages {
            entries.append(("Reclaimable space", reclaimable(sizes)))
        }
        if let retention { entries.append(("Retention", retention)) }
        entries.append(("Can be undone", archive))
        if let host = view.process.host { entries.append(("Host", escaped(host))) }
        if let since = view.process.upSince {
            entries.append(
                ("Up for", "\(Words.span(view.now - since)) <span class=\"quiet\">since \(time(since))</span>"))
        }
        let file = view.process.configurationFile.map(escaped) ?? "flags, environment and defaults"
        let loaded = view.process.configurationLoaded.map { #" <span class="quiet">loaded \#(time($0))</span>"# } ?? ""
        entries.append(("Configuration", file + loaded))
        return entries
    }

    /// How long rows are kept, by operation; what goes by another measure than age isn't in it.
    private var retention: String? {
        let kept = view.operations.compactMap { operation -> String? in
            guard operation.deletes, view.enabled.contains(operation.name) else { return nil }
            let title = escaped(operation.wording.title)
            return switch operation.announcement.which {
            case .older(_, let age): "\(title) \(age.spelledOut)"
            case .those: ##"\##(title) <a href="#what">by what they are</a>"##
            }
        }
        guard !kept.isEmpty else { return nil }
        let more = kept.count - FactList.named
        return kept.prefix(FactList.named).joined(separator: ", ")
            + (more > 0 ? ##" <a href="#what">and \##(more) more</a>"## : "")
    }

    private var database: String {
        guard let sizes = view.database.sizes else { return #"<span class="bad">can't be used</span>"# }
        guard sizes.hasPages else {
            let facts = ([sizes.server?.description] + sizes.facts.map(words)).compactMap(\.self).joined(
                separator: ", ")
            return "\(readableBytes(sizes.fileBytes)) <span class=\"quiet\">\(escaped(facts))</span>"
        }
        let log =
            sizes.writeAheadLogBytes > 0
            ? #" <span class="quiet">and a write-ahead log of \#(readableBytes(sizes.writeAheadLogBytes))</span>"# : ""
        return readableBytes(sizes.fileBytes) + log
    }

    private func words(_ fact: DatabaseFact) -> String {
        guard let value = fact.value else { return "\(fact.words) unknown" }
        return switch fact.unit {
        case .count: "\(value) \(fact.words)"
        case .bytes: "\(fact.words) \(readableBytes(value))"
        case .seconds: "\(fact.words) \(readableSeconds(Double(value)))"
        }
    }

    /// What could be given back to the disk, and by whom.
    private func reclaimable(_ sizes: DatabaseSizes) -> String {
        guard sizes.reclaimableBytes > 0 else { return "none" }
        let how =
            switch sizes.reclaimer {
            case .database: "goes back to the disk with every change"
            case .runs: "goes back to the disk with the next runs"
            case .vacuum: "used again by new rows; <code>jobsweep vacuum</code> gives it back to the disk"
            }
        return #"\#(readableBytes(sizes.reclaimableBytes)) <span class="quiet">\#(how)</span>"#
    }

    private var archive: String {
        guard view.archive.isKept else {
            return #"no run <span class="quiet">\#(escaped(StatusView.ArchiveFacts.off))</span>"#
        }
        let current = view.archive.current
        let keep = "each for \(Words.span(view.archive.keep))"
        guard let oldest = current.oldest, current.runs > 0 else {
            return #"no run yet <span class="quiet">\#(keep)</span>"#
        }
        return """
            \(Words.count(current.runs, "run")) <span class="quiet">back to \(time(oldest)), \(readableBytes(current.bytes)), \(keep)</span>
            """
    }
}
