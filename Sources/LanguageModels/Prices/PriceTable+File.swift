import Yams

extension PriceTable {
    /// Reads prices, US dollars per million tokens, from YAML:
    ///
    /// ```yaml
    /// openai:my-model: { prompt: 0.5, cached_prompt: 0.05, completion: 2 }
    /// ```
    ///
    /// - Parameters:
    ///   - text: The content of the file.
    ///   - name: The file's name, for messages.
    /// - Throws: ``ModelError/Code/setting`` with `file:line`.
    public static func prices(yaml text: String, file name: String) throws(ModelError) -> [String: Price] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ModelError(.setting, "\(name): this is not YAML: \(error)", underlyingError: error)
        }
        guard let root else { return [:] }
        guard let models = root.mapping else {
            throw ModelError(
                .setting, "\(name):1: expected `provider:model: { prompt: 0.5, completion: 2 }`, one line a model")
        }
        var prices: [String: Price] = [:]
        for (key, value) in models {
            let place = "\(name):\(key.mark?.line ?? 1)"
            guard let model = key.string, ModelName(model) != nil else {
                throw ModelError(.setting, "\(place): expected a model as `provider:model`")
            }
            prices[model] = try price(value, of: model, at: place)
        }
        return prices
    }

    private static func price(_ node: Node, of model: String, at place: String) throws(ModelError) -> Price {
        guard let fields = node.mapping else {
            throw ModelError(.setting, "\(place): expected `{ prompt: 0.5, completion: 2 }` for \(model)")
        }
        var numbers: [String: Double] = [:]
        for (key, value) in fields {
            guard let field = key.string, ["prompt", "cached_prompt", "completion"].contains(field) else {
                throw ModelError(
                    .setting,
                    "\(place): \(model) has an unknown field `\(key.string ?? "?")`; "
                        + "known are prompt, cached_prompt and completion")
            }
            guard let number = value.float ?? value.int.map(Double.init), number >= 0, number.isFinite else {
                throw ModelError(.setting, "\(place): `\(field)` of \(model) must be a number of dollars, 0 or more")
            }
            numbers[field] = number
        }
        guard let prompt = numbers["prompt"], let completion = numbers["completion"] else {
            throw ModelError(.setting, "\(place): \(model) needs both `prompt` and `completion`")
        }
        return Price(prompt: prompt, cachedPrompt: numbers["cached_prompt"], completion: completion)
    }
}
