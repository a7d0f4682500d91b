import Foundation
public import Testing

/// How many inputs a fuzz test tries, and where it writes the one it is at.
public enum Fuzz {
    /// Half of `count` inputs; a hundred times `count` when OPTRACE_STRESS is `full`.
    public static func cases(_ count: Int) -> Range<Int> {
        0..<(isFull ? count * 100 : count / 2)
    }

    /// How long a suite may take: what hangs is found out, what has much to do is not mistaken for it.
    public static var patience: TimeLimitTrait.Duration { .minutes(isFull ? 120 : 10) }

    private static var isFull: Bool { ProcessInfo.processInfo.environment["OPTRACE_STRESS"] == "full" }

    /// Calls `body` with as many inputs as ``cases(_:)`` says.
    ///
    /// With OPTRACE_FUZZ_FOLDER set, the input under way lies there in a file called `name`: what is left after a crash
    /// is what crashed.
    public static func run(
        _ name: String, _ count: Int, _ mutator: Mutator, _ body: ([UInt8], inout Mutator) throws -> Void
    ) rethrows {
        var mutator = mutator
        let folder = ProcessInfo.processInfo.environment["OPTRACE_FUZZ_FOLDER"]
        for _ in cases(count) {
            let input = mutator.input()
            if let folder { _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(input)) }
            try body(input, &mutator)
        }
    }
}
