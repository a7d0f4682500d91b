extension ParameterConstraint {
    /// The constraint as an object that names only what is constrained.
    public var recorded: Value {
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

    /// The constraint that ``recorded`` was written of; other fields are nothing to it. Nil for a range without two ends in
    /// order.
    public init?(recorded: Value) {
        self.init(
            note: recorded["note"]?.text, isLogarithmic: recorded["logarithmic"]?.flag ?? false,
            options: recorded["options"]?.list ?? [], keep: (recorded["keep"]?.list ?? []).compactMap(\.text),
            maximumCount: recorded["maximum_count"]?.integer, maximumLength: recorded["maximum_length"]?.integer,
            language: recorded["language"]?.text, entry: recorded["entry"]?.text)
        guard let bounds = recorded["range"] else { return }
        guard let ends = bounds.list, ends.count == 2, let low = ends[0].number, let high = ends[1].number, low <= high
        else { return nil }
        range = low...high
    }
}
