package enum ScheduleTrigger: Sendable { case startup, schedule }
