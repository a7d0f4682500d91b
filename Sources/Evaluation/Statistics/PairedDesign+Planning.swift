extension PairedDesign {
    /// One row of a table for planning.
    public struct Plan: Sendable, Hashable {
        /// What was planned.
        public let design: PairedDesign
        /// Examples needed.
        public let count: Int
    }

    /// What a hold-out has to have for usual gains: 15 fixes and 10 breaks in 100, 20 and 10, 25 and 10.
    ///
    /// At α = .05 and 80 % power that is 616, 183 and 94 examples.
    public static func planningTable(alpha: Double = 0.05, power: Double = 0.8) -> [Plan] {
        [(0.15, 0.10), (0.20, 0.10), (0.25, 0.10)].compactMap { fixes, breaks in
            let design = PairedDesign(fixRate: fixes, breakRate: breaks)
            return design.sampleSize(alpha: alpha, power: power).map { Plan(design: design, count: $0) }
        }
    }

    /// The least gain, as a share of the examples, that so many are likely to show when one in ten breaks; nil when not
    /// even a gain of a half is.
    public static func smallestGain(sampleSize: Int, alpha: Double = 0.05, power: Double = 0.8) -> Double? {
        (1...50).lazy.map { Double($0) / 100 }.first { gain in
            PairedDesign(fixRate: 0.1 + gain, breakRate: 0.1).power(sampleSize: sampleSize, alpha: alpha) >= power
        }
    }
}
