import Testing

@testable import Sidecar

@Suite struct MisspellingTests {
    static let distances: [(String, String, Int)] = [
        ("", "", 0), ("keep", "keep", 0), ("", "keep", 4), ("keep", "", 4), ("keeep", "keep", 1), ("kep", "keep", 1),
        ("kepe", "keep", 1), ("exprot", "export", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("ab", "ba", 1),
        ("Pläne", "Plane", 1),
    ]

    @Test(arguments: distances) func countsEdits(_ left: String, _ right: String, _ distance: Int) {
        #expect(Misspelling.distance(left, right) == distance)
        #expect(Misspelling.distance(right, left) == distance)
    }

    static let nearest: [(String, String?)] = [
        ("evry", "every"), ("EVERY", "every"), ("misfireGrace", "misfire_grace"), ("misfire-grace", "misfire_grace"),
        ("first run after", "first_run_after"), ("cro", "cron"), ("x", nil), ("interval", nil), ("", nil),
    ]

    @Test(arguments: nearest) func findsTheNearest(_ name: String, _ nearest: String?) {
        #expect(Misspelling.nearest(to: name, among: ["every", "cron", "first_run_after", "misfire_grace"]) == nearest)
    }

    @Test func theFirstOfTwoEquallyNearWins() {
        #expect(Misspelling.nearest(to: "abc", among: ["abd", "abe"]) == "abd")
    }

    static let jobTypes: [(String, String?)] = [
        ("exprot", "export"), ("report", "export"), ("imports", "import"), ("analysys", "analysis"),
        ("sync-scenes", "sync_scenes"),
        ("sync_scene", "sync_scenes"), ("export", nil), ("syncs", nil), ("sync", nil), ("tset", nil), ("backup", nil),
        ("generate-detals", "generate_details"), ("non_ai_analisis", "non_ai_analysis"), ("email", nil),
    ]

    @Test(arguments: jobTypes) func jobTypesThatSeemMisspelled(_ name: String, _ meant: String?) {
        #expect(JobTypeName.misspelled(name)?.rawValue == meant)
    }
}
