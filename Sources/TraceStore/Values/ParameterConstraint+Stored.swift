import TraceGraph

extension ParameterConstraint {
    /// The constraint as an object that names only what is constrained.
    var stored: Value {
        var fields = Fields()
        fields["note"] = note.map(Value.text)
        fields["range"] = range.map { [.number($0.lowerBound), .number($0.upperBound)] }
        if isLogarithmic { fields["logarithmic"] = true }
        if !options.isEmpty { fields["options"] = .list(options) }
        if !keep.isEmpty { fields["keep"] = .list(keep.map(Value.text)) }
        fields["maximum_count"] = maximumCount.map(Value.integer)
        fields["maximum_length"] = maximumLength.map(Value.integer)
        fields["language"] = language.map(Value.text)
        fields["entry"] = entry.map(Value.text)
        return .object(fields)
    }

    init(stored: Value) throws(StoreError) {
        self.init(
            note: stored["note"]?.text, isLogarithmic: stored["logarithmic"]?.flag ?? false,
            options: stored["options"]?.list ?? [], keep: (stored["keep"]?.list ?? []).compactMap(\.text),
            maximumCount: stored["maximum_count"]?.integer, maximumLength: stored["maximum_length"]?.integer,
            language: stored["language"]?.text, entry: stored["entry"]?.text)
        guard let bounds = stored["range"] else { return }
        guard let ends = bounds.list, ends.count == 2, let low = ends[0].number, let high = ends[1].number, low <= high
        else { throw StoreError(.unreadable, "a stored parameter has a range without two ends in order") }
        range = low...high
    }
}
