extension TraceStore {
    /// How long the recorded calls of each model took on average, seconds, by `provider:name`. Scripted replies, which take
    /// no time, are left out.
    ///
    /// - Throws: ``StoreError``.
    /// - Complexity: O(recorded replies).
    public func callTimes() throws(StoreError) -> [String: Double] {
        try read("reading how long calls took") { reader in
            var times: [String: Double] = [:]
            try reader.statement("SELECT model, avg(duration) / 1e9 FROM completions WHERE duration > 0 GROUP BY model")
                .forEach { times[$0.text(0)] = $0.real(1) }
            return times
        }
    }
}
