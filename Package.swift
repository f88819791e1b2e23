// swift-tools-version: 6.2
import PackageDescription

// A warning is an error: what the compiler doubts, a reader will too.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error)
]

// One file an application, in Sources/Sweeping/Presets.
let presets = [
    "airflow", "dagster", "django_celery_results", "django_q", "good_job", "laravel", "n8n", "oban",
    "paperless", "prefect", "refused", "river", "solid_queue", "stashhog", "uptime_kuma",
]

// What `jobsweep version` says of where it comes from; scripts/package.sh sets both. SwiftPM remembers what a manifest came to, so one
// that asked git would name an old commit.
let sources = [("SOURCE_COMMIT", "BUILD_COMMIT"), ("SOURCE_DATE_EPOCH", "BUILD_DATE")]
let origin: [CSetting] = sources.compactMap { variable, name in
    Context.environment[variable].map { .define(name, to: "\"\($0)\"") }
}

let package = Package(
    name: "jobsweep",
    products: [
        .executable(name: "jobsweep", targets: ["jobsweep"])
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "jobsweep",
            dependencies: [
                "CGlibc", "ObservabilityPack", "Sidecar", "Sweeping",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "Sidecar",
            dependencies: [
                "CBuild", "CCrypt", "CGlibc", "CivilTime", "HTTPServer", "PostgresStore", "PrometheusText",
                "RowArchive", "RunHistory", "SQLiteStore", "Scheduling", "Sweeping",
                .product(name: "Yams", package: "Yams"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [
                .embedInCode("API/openapi.json"), .embedInCode("Page/Assets/app.js"),
                .embedInCode("Page/Assets/icon.svg"), .embedInCode("Page/Assets/style.css"),
            ],
            swiftSettings: strict),
        .target(name: "HTTPServer", dependencies: ["CMicrohttpd", "CZlib"], swiftSettings: strict),
        // A target with code of its own, over the libraries of libmicrohttpd-dev and libgnutls28-dev.
        .target(name: "CMicrohttpd", publicHeadersPath: "."),
        .target(name: "CBuild", cSettings: origin),
        .systemLibrary(name: "CGlibc"),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        // The library is on every Debian, its headers aren't: what is called of it is declared there.
        .target(name: "CZstd", linkerSettings: [.linkedLibrary(":libzstd.so.1")]),
        .target(name: "RowArchive", dependencies: ["CZlib", "CZstd", "Sweeping"], swiftSettings: strict),
        .target(name: "PrometheusText", swiftSettings: strict),
        .target(name: "CivilTime", swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["CivilTime"], swiftSettings: strict),
        .target(
            name: "SQLiteStore",
            dependencies: ["CSQLite", "Sweeping", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        // libpq itself is loaded when it is needed: building and SQLite do without.
        .target(name: "CPostgres"),
        .target(name: "PostgresStore", dependencies: ["CPostgres", "Sweeping"], swiftSettings: strict),
        .target(
            name: "RunHistory",
            dependencies: ["Sweeping", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(
            name: "Sweeping", dependencies: ["CivilTime"], resources: presets.map { .embedInCode("Presets/\($0).yml") },
            swiftSettings: strict),
        .target(name: "ObservabilityPack", swiftSettings: strict),
        .target(name: "TestTools", dependencies: ["Sweeping"], path: "Tests/TestTools", swiftSettings: strict),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["CZlib", "HTTPServer", "TestTools"], swiftSettings: strict),
        .testTarget(name: "ObservabilityPackTests", dependencies: ["ObservabilityPack"], swiftSettings: strict),
        .testTarget(name: "PrometheusTextTests", dependencies: ["PrometheusText"], swiftSettings: strict),
        .testTarget(
            name: "RunHistoryTests", dependencies: ["RunHistory"], resources: [.copy("Fixtures")],
            swiftSettings: strict),
        .testTarget(name: "RowArchiveTests", dependencies: ["RowArchive", "TestTools"], swiftSettings: strict),
        .testTarget(
            name: "SQLiteStoreTests", dependencies: ["RowArchive", "SQLiteStore", "TestTools"], swiftSettings: strict),
        .testTarget(
            name: "PostgresStoreTests", dependencies: ["PostgresStore", "TestTools"], swiftSettings: strict),
        .testTarget(name: "CivilTimeTests", dependencies: ["CivilTime"], swiftSettings: strict),
        .testTarget(name: "SchedulingTests", dependencies: ["CivilTime", "Scheduling"], swiftSettings: strict),
        .testTarget(
            name: "SidecarTests", dependencies: ["Sidecar", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .testTarget(name: "SweepingTests", dependencies: ["Sweeping", "TestTools"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
