// swift-tools-version: 6.2
import PackageDescription

// A package of its own, as anybody writes one. Optrace's tests compile its sources too, and the benchmarks build it through
// this manifest, so that it cannot fall behind.
let package = Package(
    name: "third-party-optimizer",
    platforms: [.macOS(.v15)],
    products: [.library(name: "ThirdPartyOptimizer", targets: ["ThirdPartyOptimizer"])],
    dependencies: [.package(name: "optrace", path: "../..")],
    targets: [
        .target(name: "ThirdPartyOptimizer", dependencies: [.product(name: "Optrace", package: "optrace")])
    ]
)
