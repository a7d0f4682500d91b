import TraceGraph

/// One test: what the prompt's names stand for, and what its output has to be like.
struct PromptfooTest {
    var description: String?
    var vars: Fields
    var assertions: [PromptfooAssertion]

    /// Beyond so many tests made of lists of values, somebody made a mistake.
    private static let most = 100_000

    static func all(in document: Fields, _ source: inout PromptfooSource) -> [PromptfooTest] {
        var base = Fields()
        if let given = document["defaultTest"], let resolved = source.resolved(given, for: "defaultTest") {
            base = resolved.object ?? Fields()
        }
        var tests = entries(document["tests"], &source)
        for scenario in document["scenarios"]?.list ?? [] {
            guard let scenario = source.resolved(scenario, for: "scenarios") else { continue }
            let own = entries(scenario["tests"], &source)
            for config in entries(scenario["config"], &source) {
                tests += (own.isEmpty ? [Fields()] : own).map { joined(config, $0) }
            }
        }
        var made: [PromptfooTest] = []
        for (place, fields) in tests.enumerated() {
            made += test(joined(base, fields), place + 1, &source)
            guard made.count <= most else {
                source.remark("tests: more than \(most); the rest is left out")
                break
            }
        }
        return made
    }

    /// The tests of a list, of a file, or of a list of files.
    private static func entries(_ value: Value?, _ source: inout PromptfooSource) -> [Fields] {
        guard let value, !value.isNull else { return [] }
        return (value.list ?? [value]).flatMap { entry -> [Fields] in
            if let fields = entry.object, fields["path"] == nil { return [fields] }
            guard let written = entry.text ?? entry["path"]?.text else {
                source.remark("tests: a \(entry.kindName) is no test")
                return []
            }
            let name = PromptfooSource.fileName(.text(written)) ?? written
            let file = name.split(separator: ":", maxSplits: 1).first.map(String.init) ?? name
            switch PromptfooSource.ending(file) {
            case "csv":
                return (source.value(of: file, for: "tests")?.list ?? []).map {
                    row(row: $0.object ?? Fields(), &source)
                }
            case "yaml", "yml", "json", "jsonl":
                return entries(source.value(of: file, for: "tests"), &source)
            default:
                source.remark(
                    "tests: \(written) is made by code or lies elsewhere; write its tests into a .jsonl or .csv file")
                return []
            }
        }
    }

    /// A row of a table: its columns are what names stand for, but for those that begin with two underscores.
    private static func row(row: Fields, _ source: inout PromptfooSource) -> Fields {
        var (test, vars, assertions) = (Fields(), Fields(), [Value]())
        for (column, value) in row {
            guard column.hasPrefix("__") else {
                vars[column] = value
                continue
            }
            let text = value.plainText
            if column.hasPrefix("__expected"), column.dropFirst("__expected".count).allSatisfy(\.isNumber) {
                if !text.isEmpty { assertions.append(PromptfooAssertion.written(text)) }
            } else if column == "__description" {
                test["description"] = value
            } else if column != "__metric", !text.isEmpty {
                source.remark("tests: the column '\(column)' is not carried over")
            }
        }
        test["vars"] = .object(vars)
        test["assert"] = .list(assertions)
        return test
    }

    /// `other` over `base`: names of both count, assertions of both hold.
    private static func joined(_ base: Fields, _ other: Fields) -> Fields {
        var all = base
        for (name, value) in other { all[name] = value }
        if base["vars"]?.object != nil || other["vars"]?.object != nil {
            var vars = base["vars"]?.object ?? Fields()
            for (name, value) in other["vars"]?.object ?? Fields() { vars[name] = value }
            if other["vars"]?.text == nil { all["vars"] = .object(vars) }
        }
        let assertions = (base["assert"]?.list ?? []) + (other["assert"]?.list ?? [])
        if !assertions.isEmpty { all["assert"] = .list(assertions) }
        return all
    }

    private static let known: Set<String> = ["vars", "assert", "description", "metadata"]

    private static func test(_ fields: Fields, _ number: Int, _ source: inout PromptfooSource) -> [PromptfooTest] {
        for name in fields.names where !known.contains(name) {
            let advice = name == "threshold" ? "; a test's score is the share of its assertions that hold" : ""
            source.remark("tests: '\(name)' is not carried over\(advice)")
        }
        var vars = Fields()
        let given = fields["vars"].flatMap { source.resolved($0, for: "vars") }?.object ?? Fields()
        for (name, value) in given {
            guard let file = PromptfooSource.fileName(value) else {
                vars[name] = value
                continue
            }
            switch PromptfooSource.ending(file) {
            case "yaml", "yml", "json": vars[name] = source.value(of: file, for: "test \(number)") ?? .null
            case "js", "mjs", "cjs", "ts", "py", "png", "jpg", "jpeg", "gif", "webp", "pdf", "mp3", "mp4", "wav":
                source.remark("test \(number): \(name) from \(file) is no text; it is left empty")
                vars[name] = ""
            default: vars[name] = source.text(of: file, for: "test \(number)").map(Value.text) ?? ""
            }
        }
        var assertions: [PromptfooAssertion] = []
        for entry in fields["assert"]?.list ?? [] {
            assertions += PromptfooAssertion.all(entry, &source)
        }
        return combinations(of: vars).map { vars in
            PromptfooTest(
                description: fields["description"]?.text, vars: vars.mapValues { Self.filled($0, vars) },
                assertions: assertions.map { $0.filled(with: vars) })
        }
    }

    /// A list stands for one test with each of its values.
    private static func combinations(of vars: Fields) -> [Fields] {
        var all = [Fields()]
        for (name, value) in vars {
            let values = value.list ?? [value]
            guard all.count * max(1, values.count) <= most else { return all }
            all = all.flatMap { fields in
                values.map { value in
                    var fields = fields
                    fields[name] = value
                    return fields
                }
            }
        }
        return all
    }

    /// The value with the names in its texts put in.
    static func filled(_ value: Value, _ vars: Fields) -> Value {
        if let list = value.list { return .list(list.map { filled($0, vars) }) }
        if let fields = value.object { return .object(fields.mapValues { filled($0, vars) }) }
        guard let text = value.text, text.contains("{{") else { return value }
        let template = NunjucksText(text)
        guard template.losses.isEmpty, template.names.allSatisfy({ vars[$0] != nil }),
            let read = try? Template(template.text), let rendered = try? read.rendered(with: vars)
        else { return value }
        return .text(rendered)
    }
}

extension Fields {
    fileprivate func mapValues(_ change: (Value) -> Value) -> Fields {
        Fields(map { ($0.name, change($0.value)) })
    }
}
