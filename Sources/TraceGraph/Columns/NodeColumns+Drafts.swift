extension NodeColumns {
    /// The columns of nodes that a store or an importer has.
    ///
    /// - Throws: ``TraceError`` with code `malformed` when the parts do not fit together.
    init(
        checking drafts: [NodeDraft], operations: [Operation], scopes: [Scope],
        parameters: [NodeID: ParameterDefinition], hiddenInputs: [HiddenInput] = []
    ) throws(TraceError) {
        self.init()
        self.operations = operations
        self.scopes = scopes
        self.parameters = parameters
        self.hiddenInputs = hiddenInputs
        records = Column(reserving: drafts.count)
        values = Column(reserving: drafts.count)
        var table = NameTable()
        var signatures = SignatureTable()
        var taken: Set<UInt64> = []
        taken.reserveCapacity(drafts.count)
        for (index, draft) in drafts.enumerated() {
            func fault(_ reason: String) -> TraceError {
                TraceError(.malformed, "\(draft.base):\(draft.ordinal) \(reason)")
            }
            let base = table.place(of: draft.base)
            guard let ordinal = UInt32(exactly: draft.ordinal),
                taken.insert(UInt64(base) << 32 | UInt64(ordinal)).inserted
            else { throw TraceError(.malformed, "two nodes are called \(draft.base):\(draft.ordinal)") }
            if let operation = draft.operation, !operations.indices.contains(operation) {
                throw fault("names operation \(operation) of \(operations.count)")
            }
            if let scope = draft.scope, !scopes.indices.contains(scope) {
                throw fault("names scope \(scope) of \(scopes.count)")
            }
            var level: UInt32 = 0
            for input in draft.inputs {
                guard (0..<index).contains(input.node.index) else {
                    throw fault("has the input '\(input.name)', which does not come before it")
                }
                parents.append(UInt32(input.node.index))
                signatures.add(.given(table.place(of: input.name)))
                level = max(level, records[input.node.index].level + 1)
            }
            records.append(
                Record(
                    base: base, ordinal: ordinal,
                    signature: signatures.place(
                        of: draft.kind, operation: draft.operation.map(Int32.init) ?? -1, names: &table),
                    scope: draft.scope.map(UInt32.init) ?? Self.none, inputsEnd: UInt32(parents.count), level: level,
                    start: draft.start, duration: draft.duration))
            values.append(draft.value)
        }
        for (index, scope) in scopes.enumerated() where scope.parent.map({ !(0..<index).contains($0) }) ?? false {
            throw TraceError(.malformed, "scope \(scope.name) does not come after the scope around it")
        }
        for node in parameters.keys where !drafts.indices.contains(node.index) {
            throw TraceError(.malformed, "parameter \(node) of \(drafts.count) nodes")
        }
        names = table.names
        self.signatures = signatures.signatures
        argumentNames = signatures.argumentNames
    }
}
