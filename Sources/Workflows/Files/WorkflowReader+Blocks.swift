import TraceGraph

extension WorkflowReader {
    /// Reads what stands between with the names `own` known in it.
    private func within<Result>(_ own: [(String, SourceNode.Place)], _ body: () -> Result) -> Result {
        let outer = (names, meanings)
        for (name, place) in own { declareInner(name, at: place) }
        defer { (names, meanings) = outer }
        return body()
    }

    /// Makes a name known inside a block; one that is taken would stand for two things.
    private func declareInner(_ name: String, at place: SourceNode.Place) {
        guard Reference.isName(name) else {
            return error(place, "'\(name)' is no name; expected a letter, then letters, digits, '_' or '-'")
        }
        if let other = meanings[name] {
            return error(place, "'\(name)' is already the name of a\(other == .input ? "n" : "") \(other.rawValue)")
        }
        meanings[name] = .step
        names.append((name, .step))
    }

    /// The steps and the output of a block; the output is the last step's when it is left out.
    ///
    /// - Parameter inside: Reads more with the names of the block's steps known.
    private func block<More>(
        _ entry: SourceNode.Entry, steps: SourceNode.Entry?, output: SourceNode.Entry?, inside: () -> More
    ) -> (block: WorkflowBlock, more: More)? {
        guard let steps else {
            error(entry.place, "'\(entry.key)' has no steps; expected 'steps'")
            return nil
        }
        var own: [(String, SourceNode.Place)] = []
        if case .mapping(let entries) = steps.value.content { own = entries.map { ($0.key, $0.place) } }
        return within(own) {
            let read = ordered(readSteps(steps))
            let more = inside()
            guard let last = read.last else { return nil }
            guard let output else { return (WorkflowBlock(steps: read, output: last.result), more) }
            guard let expression = expression(output.value) else { return nil }
            return (WorkflowBlock(steps: read, output: expression), more)
        }
    }

    // MARK: Each

    func eachStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.eachStep, what: "an each step"),
            let each = keys["each"]
        else { return nil }
        let list = expression(each.value)
        let element = text(keys["as"]) ?? "item"
        let found = within([(element, keys["as"]?.value.place ?? each.place)]) {
            block(entry, steps: keys["steps"], output: keys["output"]) {}
        }
        guard let list, let found else { return nil }
        let action = EachAction(
            list: list, element: element,
            concurrency: integer(keys["concurrency"], atLeast: 1, atMost: 1024) ?? 8, block: found.block)
        return step(entry, keys, .each(action))
    }

    // MARK: When

    func whenStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.whenStep, what: "a when step"),
            let when = keys["when"]
        else { return nil }
        let condition = condition(when.value)
        guard let then = keys["then"] else {
            error(entry.place, "step '\(entry.key)' does not say what is done; expected 'then'")
            return nil
        }
        let branch = branch(then)
        var other: WorkflowBlock?
        if let entry = keys["else"] {
            other = self.branch(entry)
            if other == nil { return nil }
        }
        guard let condition, let branch else { return nil }
        return step(entry, keys, .when(WhenAction(condition: condition, then: branch, otherwise: other)))
    }

    /// A block, or just a value.
    private func branch(_ entry: SourceNode.Entry) -> WorkflowBlock? {
        if entry.value.entry("steps") != nil {
            guard let keys = entries(of: entry.value, keys: WorkflowKeys.block, what: "'\(entry.key)'") else {
                return nil
            }
            return block(entry, steps: keys["steps"], output: keys["output"]) {}?.block
        }
        return expression(entry.value).map { WorkflowBlock(steps: [], output: $0) }
    }

    /// An expression, or a mapping with one question.
    func condition(_ node: SourceNode) -> Condition? {
        guard case .mapping = node.content else { return expression(node).map(Condition.holds) }
        guard let keys = entries(of: node, keys: WorkflowKeys.condition, what: "a condition") else { return nil }
        guard let (key, entry) = keys.first, keys.count == 1 else {
            error(node.place, "expected one of \(Self.listed(WorkflowKeys.condition)) in a condition")
            return nil
        }
        if key == "not" { return condition(entry.value).map(Condition.not) }
        guard case .list(let parts) = entry.value.content, ["all", "any"].contains(key) || parts.count == 2 else {
            error(
                entry.value.place,
                "expected a list of two values for '\(key)', such as [$score, 3], found \(Self.described(entry.value))")
            return nil
        }
        if key == "all" || key == "any" {
            let inner = parts.compactMap(condition)
            guard inner.count == parts.count else { return nil }
            return key == "all" ? .all(inner) : .any(inner)
        }
        guard let a = expression(parts[0]), let b = expression(parts[1]) else { return nil }
        switch key {
        case "equals": return .equals(a, b)
        case "contains": return .contains(a, b)
        case "above": return .above(a, b)
        default: return .below(a, b)
        }
    }

    // MARK: Repeat

    func repeatStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.repeatStep, what: "a repeat step"),
            let turns = integer(keys["repeat"], atLeast: 1, atMost: 10_000)
        else { return nil }
        let start = bindings(keys["start"]) ?? []
        var carried: [(String, SourceNode.Place)] = []
        if let node = keys["start"]?.value, case .mapping(let entries) = node.content {
            carried = entries.map { ($0.key, $0.place) }
        }
        let found = within(carried) {
            block(entry, steps: keys["steps"], output: keys["output"]) { () -> ([Binding], Condition?, Bool) in
                let until = keys["until"].map { condition($0.value) }
                return (bindings(keys["next"]) ?? [], until ?? nil, until.map { $0 != nil } ?? true)
            }
        }
        guard let found, found.more.2 else { return nil }
        for binding in found.more.0 where !carried.contains(where: { $0.0 == binding.name }) {
            let place = keys["next"]?.value.entry(binding.name)?.place ?? entry.place
            error(
                place,
                "'next' names '\(binding.name)', which 'start' does not; expected \(Self.listed(carried.map(\.0)))")
            return nil
        }
        let action = RepeatAction(
            turns: turns, start: start, block: found.block, next: found.more.0, until: found.more.1)
        return step(entry, keys, .repeat(action))
    }

    // MARK: HTTP

    func httpStep(_ entry: SourceNode.Entry) -> WorkflowStep? {
        guard let keys = entries(of: entry.value, keys: WorkflowKeys.httpStep, what: "an http step"),
            let address = keys["http"], let source = sourceText(address), let placed = template(source)
        else { return nil }
        let given = bindings(keys["with"])
        let available = boundNames(keys["with"]) ?? names.map(\.name)
        guard resolveNames(of: placed, in: source, among: available, hint: withHint(keys)) else { return nil }
        if !source.text.hasPrefix("http://"), !source.text.hasPrefix("https://"), !source.text.hasPrefix("{{") {
            error(address.value.place, "expected an address that starts with https:// or http:// for 'http'")
            return nil
        }
        let body = keys["body"].map { expression($0.value) }
        if let body, body == nil { return nil }
        let method = word(keys["method"], among: HTTPAction.methods) ?? (body == nil ? "get" : "post")
        let output = word(keys["output"], among: HTTPAction.Output.allCases.map(\.rawValue))
        guard let headers = headers(keys["headers"]) else { return nil }
        let action = HTTPAction(
            method: method.uppercased(), address: placed, headers: headers, body: body ?? nil,
            output: output.flatMap(HTTPAction.Output.init(rawValue:)) ?? .json)
        var step = step(entry, keys, .http(action))
        step?.bindings = given ?? impliedBindings(placed.template.names, at: entry.place)
        step?.caches = flag(keys["cache"])
        return step
    }

    /// Their variables have to be set, but stay unfilled: what is filled in is a secret.
    private func headers(_ entry: SourceNode.Entry?) -> [HTTPAction.Header]? {
        guard let entry else { return [] }
        guard let entries = anyEntries(of: entry.value, what: "headers") else { return nil }
        var headers: [HTTPAction.Header] = []
        for header in entries {
            guard let written = text(header) else { return nil }
            do throws(EnvironmentText.Missing) {
                let value = try EnvironmentText.substituted(written, from: environment)
                guard !value.contains(where: \.isNewline), !header.key.isEmpty,
                    header.key.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) })
                else {
                    error(header.place, "'\(header.key)' is no header that can be sent")
                    return nil
                }
            } catch {
                self.error(
                    header.value.place,
                    "the environment variable \(error.name) is not set; set it or write ${\(error.name):-default}")
                return nil
            }
            headers.append(HTTPAction.Header(name: header.key, value: written))
        }
        return headers
    }

    // MARK: What every step may say

    /// The step with what its kind does not decide.
    func step(
        _ entry: SourceNode.Entry, _ keys: [String: SourceNode.Entry], _ action: WorkflowStep.Action
    ) -> WorkflowStep? {
        WorkflowStep(
            name: entry.key, description: text(keys["description"]) ?? "", action: action, bindings: [],
            location: location(entry.place))
    }

    /// `retries`, `timeout` and `schema` of a step of any kind.
    func endurance(of step: WorkflowStep, _ entry: SourceNode.Entry) -> WorkflowStep? {
        var step = step
        let keys = Dictionary(
            (anyEntries(of: entry.value, what: "a step") ?? []).map { ($0.key, $0) }, uniquingKeysWith: { a, _ in a })
        step.retries = integer(keys["retries"], atLeast: 0, atMost: 100) ?? 0
        switch step.action {
        case .command, .program: break
        default: step.timeout = seconds(keys["timeout"])
        }
        guard let schema = keys["schema"] else { return step }
        guard let value = sourceValue(schema)?.value else { return nil }
        do throws(JSONSchema.Problem) {
            step.schema = try JSONSchema(value)
        } catch {
            // What a model is told may say more than what can be checked.
            if case .prompt = step.action, !error.isMistake { return step }
            self.error(schema.value.place, "the schema cannot be checked: \(error.message)")
            return nil
        }
        return step
    }
}
