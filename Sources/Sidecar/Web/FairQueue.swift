/// Questions that wait, of many askers: each gets its turn however many the others ask.
///
/// Within one asker's share the newest is next: who floods is made to wait by what they ask themselves, and somebody with the same
/// address who asks now and then still comes through.
struct FairQueue<Asker: Hashable, Question> {
    /// How many may wait in all, and of one asker.
    let limit: Int
    let share: Int

    private var waiting: [Asker: [Question]] = [:]
    /// Who has questions, in the order in which they get their turns.
    private var turns: [Asker] = []
    private(set) var count = 0

    init(limit: Int, share: Int) {
        self.limit = limit
        self.share = share
    }

    /// - Returns: the question that has to give way, if there were too many: the oldest of the asker, or of whoever has most.
    mutating func add(_ question: Question, of asker: Asker) -> Question? {
        if waiting[asker] == nil { turns.append(asker) }
        waiting[asker, default: []].append(question)
        count += 1
        if waiting[asker, default: []].count > share { return removeOldest(of: asker) }
        guard count > limit else { return nil }
        let most = turns.max { waiting[$0, default: []].count < waiting[$1, default: []].count }
        return removeOldest(of: most ?? asker)
    }

    /// The next in turn.
    mutating func next() -> Question? {
        guard let asker = turns.first, let question = waiting[asker]?.popLast() else { return nil }
        count -= 1
        turns.removeFirst()
        if waiting[asker]?.isEmpty == true { waiting[asker] = nil } else { turns.append(asker) }
        return question
    }

    private mutating func removeOldest(of asker: Asker) -> Question? {
        guard let oldest = waiting[asker]?.first else { return nil }
        waiting[asker]?.removeFirst()
        count -= 1
        if waiting[asker]?.isEmpty == true {
            waiting[asker] = nil
            turns.removeAll { $0 == asker }
        }
        return oldest
    }
}
