import LanguageModels

extension WorkflowReader {
    /// A role as it is written: a model or another role, and who may answer where it fails.
    private struct Written {
        var text: String
        var place: SourceNode.Place
        var fallbacks: [(text: String, place: SourceNode.Place)] = []
    }

    /// The roles: `task: provider:model`, `task: [first, second]`, `task: { model: first, fallback: [second] }`.
    func readModels(_ entry: SourceNode.Entry?) -> [ModelRole] {
        guard let entry, let entries = anyEntries(of: entry.value, what: "models") else { return [] }
        var written: [String: Written] = [:]
        for entry in entries {
            if let own = self.written(entry) {
                written[entry.key] = own
            } else {
                broken.insert(entry.key)
            }
        }
        for entry in entries {
            guard let own = written[entry.key] else { continue }
            var target = own.text
            var path = [entry.key]
            while let next = written[target], !path.contains(target) {
                path.append(target)
                target = next.text
            }
            if let start = path.firstIndex(of: target) {
                guard broken.isDisjoint(with: path) else { continue }
                broken.formUnion(path[start...])
                let circle = (path[start...] + [target]).joined(separator: " → ")
                error(own.place, "the roles \(circle) name each other; expected a model")
            } else if let model = ModelName(target) {
                // A role that follows another one falls back as that one does, unless it says otherwise.
                let listed = path.lazy.compactMap { written[$0]?.fallbacks }.first { !$0.isEmpty } ?? []
                roles[entry.key] = ModelRole(
                    role: entry.key, model: model, fallbacks: fallbacks(listed, of: model),
                    location: location(entry.place))
            } else if path.count == 1, !broken.contains(target) {
                let suggestion = Spelling.suggestion(for: target, among: written.keys.sorted())
                error(own.place, "'\(target)' is neither provider:model nor another role\(suggestion)")
            }
        }
        return entries.compactMap { roles[$0.key] }
    }

    private func written(_ entry: SourceNode.Entry) -> Written? {
        switch entry.value.content {
        case .list(let list):
            let texts = self.texts(list, for: entry.key)
            guard let first = texts?.first else {
                if texts != nil { error(entry.value.place, "expected at least one model for '\(entry.key)'") }
                return nil
            }
            return Written(text: first.text, place: first.place, fallbacks: Array(texts?.dropFirst() ?? []))
        case .mapping:
            guard let keys = entries(of: entry.value, keys: WorkflowKeys.modelRole, what: "a role") else { return nil }
            guard let model = keys["model"] else {
                error(entry.place, "role '\(entry.key)' names no model; expected 'model'")
                return nil
            }
            guard let text = text(model) else { return nil }
            var own = Written(text: text, place: model.value.place)
            if let fallback = keys["fallback"] {
                let list: [SourceNode]
                if case .list(let elements) = fallback.value.content {
                    list = elements
                } else {
                    list = [fallback.value]
                }
                guard let texts = texts(list, for: "fallback") else { return nil }
                own.fallbacks = texts
            }
            return own
        default:
            return text(entry).map { Written(text: $0, place: entry.value.place) }
        }
    }

    private func texts(_ list: [SourceNode], for key: String) -> [(text: String, place: SourceNode.Place)]? {
        let texts = list.compactMap { element in
            text(SourceNode.Entry(key: key, place: element.place, value: element)).map { ($0, element.place) }
        }
        return texts.count == list.count ? texts : nil
    }

    private func fallbacks(_ listed: [(text: String, place: SourceNode.Place)], of model: ModelName) -> [ModelName] {
        var models: [ModelName] = []
        for (text, place) in listed {
            guard let name = ModelName(text) else {
                error(place, "'\(text)' is no model to fall back to; expected provider:model")
                continue
            }
            guard name != model, !models.contains(name) else {
                error(place, "'\(text)' stands twice among the models of this role")
                continue
            }
            models.append(name)
        }
        return models
    }
}
