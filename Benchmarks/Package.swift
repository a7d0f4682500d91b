// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

// A package of its own, so that nobody who only uses Optrace builds it. It sees what any user of the library sees.
let package = Package(
    name: "optrace-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "optrace", path: ".."),
        // Somebody else's package with a method of their own: built through its own manifest, and compared like any other.
        .package(name: "third-party-optimizer", path: "../Examples/ThirdPartyOptimizer"),
    ],
    targets: [
        // What the C library knows of its heap; Swift's Glibc module leaves malloc.h out.
        .systemLibrary(name: "CMemory"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CMemory", .product(name: "Optrace", package: "optrace"),
                .product(name: "ThirdPartyOptimizer", package: "third-party-optimizer"),
            ],
            swiftSettings: strict),
    ]
)
