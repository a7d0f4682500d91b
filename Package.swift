// swift-tools-version: 6.2
import PackageDescription

/// Every target of the package compiles under the same strict rules.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "optrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Optrace", targets: ["Optrace"]),
        .executable(name: "optrace", targets: ["CommandLineTool"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        // System libraries
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),

        // Starting and confining children: what Swift cannot do itself (fork, pipe2, seccomp)
        .target(name: "CProcess"),

        // Waiting for sockets: epoll and kqueue
        .target(name: "CSockets"),

        // What recording needs of the machine and Swift does not have: thread-local arrays, the counter, the allocator
        .target(name: "CTraceFrames"),

        // The engine, in the order the arrows run
        .target(name: "TraceGraph", dependencies: ["CTraceFrames"], swiftSettings: strict),
        .target(name: "ContentHash", dependencies: ["CCrypto"], swiftSettings: strict),
        .target(
            name: "LanguageModels",
            dependencies: [
                "TraceGraph", "ContentHash", "CCurl", "CSockets", "Yams",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict),
        .target(
            name: "Evaluation",
            dependencies: ["TraceGraph", "ContentHash", "LanguageModels"],
            swiftSettings: strict),
        .target(
            name: "Optimization",
            dependencies: ["TraceGraph", "LanguageModels", "Evaluation"],
            swiftSettings: strict),
        .target(
            name: "Workflows",
            dependencies: [
                "TraceGraph", "ContentHash", "LanguageModels", "Evaluation", "CProcess", "Yams",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict),
        .target(
            name: "TraceStore",
            dependencies: [
                "TraceGraph", "ContentHash", "LanguageModels", "Evaluation", "Optimization", "CSQLite",
                .product(name: "GRDB", package: "GRDB.swift"),
                // Texts with NUL characters and a million nodes go through SQLite itself.
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .target(
            name: "Interchange",
            dependencies: [
                "TraceGraph", "ContentHash", "LanguageModels", "Evaluation", "Optimization", "CProcess",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict),
        .target(
            name: "Inspector",
            dependencies: [
                "TraceGraph", "LanguageModels", "Evaluation", "Optimization", "TraceStore", "Interchange",
            ],
            swiftSettings: strict),
        .target(
            name: "Optrace",
            dependencies: ["TraceGraph", "ContentHash", "LanguageModels", "Evaluation", "Optimization", "TraceStore"],
            swiftSettings: strict),
        .executableTarget(
            name: "CommandLineTool",
            dependencies: [
                "TraceGraph", "ContentHash", "LanguageModels", "Evaluation", "Optimization",
                "Workflows", "TraceStore", "Interchange", "Inspector",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict),

        // Complete programs that use the library, one a file
        .executableTarget(
            name: "Examples", dependencies: ["Optrace"], path: "Examples/Swift", swiftSettings: strict),

        // Tests mirror the sources
        .testTarget(name: "ContentHashTests", dependencies: ["ContentHash"], swiftSettings: strict),
        .testTarget(name: "TraceGraphTests", dependencies: ["TraceGraph"], swiftSettings: strict),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: [
                "LanguageModels", "TraceGraph", "ContentHash", "TestServer", "TestFuzzing",
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EvaluationTests",
            dependencies: ["Evaluation", "LanguageModels", "TraceGraph", "ContentHash", "TestFuzzing"],
            swiftSettings: strict),
        .testTarget(
            name: "OptimizationTests",
            dependencies: ["Optimization", "Evaluation", "LanguageModels", "TraceGraph", "TestFuzzing"],
            exclude: ["Problems/Snapshots"], swiftSettings: strict),
        .testTarget(
            name: "WorkflowsTests",
            dependencies: [
                "Workflows", "Evaluation", "LanguageModels", "TraceGraph", "TestFuzzing",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TraceStoreTests",
            dependencies: [
                "TraceStore", "Optimization", "Evaluation", "LanguageModels", "TraceGraph", "ContentHash",
                "TestFuzzing", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "InterchangeTests",
            dependencies: ["Interchange", "Optimization", "Evaluation", "LanguageModels", "TraceGraph", "TestFuzzing"],
            exclude: ["Importing/Requests"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CommandLineTool", "Examples", "Optrace", "TestServer", "TestFuzzing", "ThirdPartyOptimizer",
                "TraceGraph",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            exclude: ["Children"], swiftSettings: strict),
        .target(name: "TestServer", path: "Tests/TestServer", swiftSettings: strict),
        // The sources of a package of its own, compiled here so that it cannot fall behind.
        .target(
            name: "ThirdPartyOptimizer", dependencies: ["Optrace"],
            path: "Examples/ThirdPartyOptimizer/Sources/ThirdPartyOptimizer", swiftSettings: strict),
        .target(name: "TestFuzzing", path: "Tests/TestFuzzing", swiftSettings: strict),
    ]
)

// `make sanitize` looks at the recorder and its tests; a build of everything else would take it twenty minutes.
if Context.environment["OPTRACE_RECORDER_ONLY"] != nil {
    let kept: Set = ["CTraceFrames", "TraceGraph", "TraceGraphTests"]
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
}
