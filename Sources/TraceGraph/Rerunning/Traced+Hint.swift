extension Traced where Content == String {
    /// The hint that this run was given for the nodes called `base`, recorded as a root called `base_hint`; nil when it was
    /// given none.
    ///
    /// For operations that ask a model: they put the hint behind their last message and read it as an input called
    /// `hint`, so that the graph shows what the reply was made from.
    public static func hint(for base: String) -> Traced<String>? {
        guard let context = Recording.current, let text = context.recording.earlier?.hints[base] else { return nil }
        let name = EarlierRun.hintBase(of: base)
        let node = context.recording.root(.input, .text(text), base: name, scope: context.scope)
        return Traced(text, node: node, in: context.recording, name: "hint")
    }

    /// This text with `hint`, where there is one, as a paragraph of its own behind it.
    public static func hinted(_ text: String, with hint: Traced<String>?) -> String {
        hint.map { "\(text)\n\n\($0.value)" } ?? text
    }
}
