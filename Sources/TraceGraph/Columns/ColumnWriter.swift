/// Appends nodes to columns and keeps what is shared shared.
struct ColumnWriter: ~Copyable, Sendable {
    private var columns = NodeColumns()
    private var names = NameTable()
    private var operations = OperationTable()
    private var signatures = SignatureTable()
    /// How many nodes each name has.
    private var ordinals = Column<UInt32>()
    /// Of the operation whose inputs are being taken.
    private var level: UInt32 = 0

    init() {}

    var count: Int { columns.records.count }

    /// A root.
    mutating func append(
        _ kind: Node.Kind, base: String, value: Value, scope: UInt32, at time: Int64
    ) -> UInt32 {
        append(
            base: names.place(of: base), signature: SignatureTable.root(kind), level: 0, value: value, scope: scope,
            start: time, end: time)
    }

    /// Adds an input to the operation that is appended next.
    mutating func take(_ input: InputSlot) {
        let parent = columns.records[Int(input.node)]
        signatures.add(input.name.map { .given(names.place(of: $0)) } ?? .after(base: parent.base))
        columns.parents.append(input.node)
        level = max(level, parent.level + 1)
    }

    /// The result, or the failure, of an operation on the inputs that were taken.
    mutating func append(
        _ operation: OperationName, isFailure: Bool, value: Value, scope: UInt32, start: Int64, end: Int64
    ) -> UInt32 {
        let place = operations.place(
            of: operation.name, documentation: operation.documentation, location: operation.location,
            line: operation.line, names: &names)
        let base = operation.base.map { names.place(of: $0) } ?? operations.bases[Int(place)]
        let signature = signatures.place(
            of: isFailure ? .failure : .operation, operation: Int32(bitPattern: place), names: &names)
        let level = level
        self.level = 0
        return append(
            base: base, signature: signature, level: level, value: value, scope: scope, start: start, end: end)
    }

    private mutating func append(
        base: UInt32, signature: UInt32, level: UInt32, value: Value, scope: UInt32, start: Int64, end: Int64
    ) -> UInt32 {
        while ordinals.count <= Int(base) { ordinals.append(0) }
        let ordinal = ordinals[Int(base)]
        ordinals[Int(base)] = ordinal + 1
        columns.records.append(
            NodeColumns.Record(
                base: base, ordinal: ordinal, signature: signature, scope: scope,
                inputsEnd: UInt32(columns.parents.count), level: level, start: start, duration: max(0, end &- start)))
        columns.values.append(value)
        return UInt32(columns.records.count - 1)
    }

    mutating func open(_ scope: Scope) -> UInt32 {
        columns.scopes.append(scope)
        return UInt32(columns.scopes.count - 1)
    }

    mutating func define(_ parameter: ParameterDefinition, at node: UInt32) {
        columns.parameters[NodeID(Int(node))] = parameter
    }

    mutating func note(_ hidden: HiddenInput) { columns.hiddenInputs.append(hidden) }

    /// The last failure inside `scope` whose text begins with `line`; others, of the same words even, may have been
    /// recorded since by what ran beside it.
    func failure(beginning line: String, inside scope: UInt32 = NodeColumns.none) -> UInt32? {
        for index in stride(from: count - 1, through: 0, by: -1) {
            guard signatures.signatures[Int(columns.records[index].signature)].kind == .failure,
                case .text(let text) = columns.values[index]
            else { continue }
            if text.hasPrefix(line), isInside(columns.records[index].scope, scope) { return UInt32(index) }
        }
        return nil
    }

    private func isInside(_ inner: UInt32, _ outer: UInt32) -> Bool {
        if outer == NodeColumns.none { return true }
        var scope = inner
        while scope != NodeColumns.none {
            if scope == outer { return true }
            scope = columns.scopes[Int(scope)].parent.map(UInt32.init) ?? NodeColumns.none
        }
        return false
    }

    /// What a node is made of.
    func parts(of node: UInt32) -> (operation: Operation?, base: String, parents: [UInt32], value: Value) {
        let record = columns.records[Int(node)]
        let place = signatures.signatures[Int(record.signature)].operation
        return (
            place < 0 ? nil : operations.operations[Int(place)], names.names[Int(record.base)],
            columns.row(of: Int(node)).map { columns.parents[$0] }, columns.values[Int(node)]
        )
    }

    /// Everything that was written, its times in nanoseconds; begins anew.
    mutating func finish(nanosecondsPerCount scale: Double) -> NodeColumns {
        var finished = NodeColumns()
        swap(&finished, &columns)
        if scale != 1 { finished.scaleTimes(by: scale) }
        finished.names = names.names
        finished.operations = operations.operations
        finished.signatures = signatures.signatures
        finished.argumentNames = signatures.argumentNames
        self = ColumnWriter()
        return finished
    }
}
