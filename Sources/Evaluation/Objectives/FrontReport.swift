public import TraceGraph

/// The candidates of a run that no other one beats in every aim, and how far they reach together.
public struct FrontReport: Sendable, Hashable {
    /// A candidate with what it comes to.
    public struct Member: Sendable, Hashable {
        /// Which candidate it is.
        public var candidate: Candidate.ID
        /// The mean of each aim, in the metric's own unit and direction.
        public var means: [Double]

        public init(_ candidate: Candidate.ID, means: [Double]) {
            self.candidate = candidate
            self.means = means
        }
    }

    /// The aims, by the names of their metrics.
    public var metrics: [String]
    /// Which way each aim is better.
    public var directions: [MetricDirection]
    /// From the best of the first aim on.
    public var members: [Member]
    /// Candidates that were looked at.
    public var count: Int
    /// What the volume lies above, in the metrics' own units.
    public var reference: [Double]
    /// The volume between the reference and the front; nil where there are too many aims or members to tell.
    public var hypervolume: Double?

    public init(
        metrics: [String], directions: [MetricDirection], members: [Member], count: Int, reference: [Double],
        hypervolume: Double?
    ) {
        self.metrics = metrics
        self.directions = directions
        self.members = members
        self.count = count
        self.reference = reference
        self.hypervolume = hypervolume
    }

    /// The front of candidates that were all run on the same examples.
    ///
    /// The reference lies a tenth of the range beyond the worst that was seen of each aim, so that those at the ends of the
    /// front count too; where all are the same, one unit beyond.
    ///
    /// - Parameter means: The mean of every term, for each candidate.
    public init(of means: [(candidate: Candidate.ID, means: [Double])], terms: [Objective.Term]) {
        func turned(_ values: [Double]) -> [Double] {
            zip(terms, values).map { $0.direction == .maximize ? $1 : -$1 }
        }
        let points = means.map { turned($0.means) }
        let front = ParetoFront(points)
        let reference = terms.indices.map { place -> Double in
            let column = points.map { $0[place] }
            guard let least = column.min(), let most = column.max() else { return 0 }
            return least - (most > least ? (most - least) / 10 : 1)
        }
        let isSmall = terms.count <= 5 && front.members.count <= 60
        self.init(
            metrics: terms.map(\.metric), directions: terms.map(\.direction),
            members: front.members.sorted { (points[$0][0], $1) > (points[$1][0], $0) }
                .map { Member(means[$0].candidate, means: means[$0].means) },
            count: means.count, reference: turned(reference),
            hypervolume: isSmall ? front.hypervolume(above: reference) : nil)
    }
}

extension FrontReport {
    /// The report as an object, its fields in snake case.
    public var recorded: Value {
        [
            "metrics": .list(metrics.map(Value.text)), "directions": .list(directions.map { .text($0.rawValue) }),
            "members": .list(
                members.map { member in
                    [
                        "candidate": .text("\(member.candidate)"),
                        "means": .object(Fields(zip(metrics, member.means.map(Value.number)).map { ($0, $1) })),
                    ]
                }),
            "candidates": .integer(count), "reference": .list(reference.map(Value.number)),
            "hypervolume": hypervolume.map(Value.number) ?? .null,
        ]
    }

    /// Reads what ``recorded`` gives; nil for anything else.
    public init?(recorded: Value) {
        guard let metrics = recorded["metrics"]?.list?.compactMap(\.text),
            let directions = recorded["directions"]?.list?.compactMap({ $0.text.flatMap(MetricDirection.init) }),
            let count = recorded["candidates"]?.integer,
            let reference = recorded["reference"]?.list?.compactMap(\.number), let listed = recorded["members"]?.list,
            metrics.count == directions.count, metrics.count == reference.count
        else { return nil }
        var members: [Member] = []
        for member in listed {
            let means = metrics.compactMap { member["means"]?[$0]?.number }
            guard let word = member["candidate"]?.text, word.first == "c", let number = Int(word.dropFirst()),
                means.count == metrics.count
            else { return nil }
            members.append(Member(Candidate.ID(number), means: means))
        }
        self.init(
            metrics: metrics, directions: directions, members: members, count: count, reference: reference,
            hypervolume: recorded["hypervolume"]?.number)
    }
}
