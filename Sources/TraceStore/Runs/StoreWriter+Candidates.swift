import ContentHash
import TraceGraph

extension StoreWriter {
    /// Adds `candidate` to a run.
    ///
    /// - Returns: Its row.
    func insert(_ candidate: Candidate, run: Int, step: Int?) throws -> Int {
        let places = try places(of: candidate)
        return try insert(candidate, places, digest(of: candidate, places), run: run, step: step)
    }

    /// The row of a candidate that belongs to no run: the same row for the same candidate.
    func placeOutsideRuns(of candidate: Candidate) throws -> Int {
        let places = try places(of: candidate)
        let digest = digest(of: candidate, places)
        let find = try statement("SELECT id FROM candidates WHERE run IS NULL AND digest = ?")
        if let row = try find.first(.blob(digest.bytes), convert: { $0.integer(0) }) { return row }
        return try insert(candidate, places, digest, run: nil, step: nil)
    }

    private func places(of candidate: Candidate) throws -> [(parameter: String, value: Int)] {
        try candidate.values.sorted { $0.key < $1.key }.map { ($0.key, try place(of: $0.value)) }
    }

    private func digest(of candidate: Candidate, _ places: [(parameter: String, value: Int)]) -> ContentHash {
        ContentHash(
            of: Value.list([
                .integer(candidate.id.number), .text(candidate.origin),
                .list(candidate.parents.map { .integer($0.number) }),
                .list(places.map { [.text($0.parameter), .integer($0.value)] }),
            ]).json)
    }

    private func insert(
        _ candidate: Candidate, _ places: [(parameter: String, value: Int)], _ digest: ContentHash, run: Int?,
        step: Int?
    ) throws -> Int {
        try statement("INSERT INTO candidates (run, step, number, origin, digest) VALUES (?, ?, ?, ?, ?)")
            .run(
                SQLValue(run), SQLValue(step), .integer(candidate.id.number), .text(candidate.origin),
                .blob(digest.bytes))
        let row = lastID
        let parents = try statement("INSERT INTO candidate_parents (candidate, position, parent) VALUES (?, ?, ?)")
        for (position, parent) in candidate.parents.enumerated() {
            try parents.run(.integer(row), .integer(position), .integer(parent.number))
        }
        let values = try statement("INSERT INTO candidate_values (candidate, parameter, value) VALUES (?, ?, ?)")
        for (parameter, value) in places { try values.run(.integer(row), .text(parameter), .integer(value)) }
        return row
    }
}
