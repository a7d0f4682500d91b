import LanguageModels
import TraceGraph

/// One prompt: a text, or the messages of a chat.
struct PromptfooPrompt: Hashable {
    struct Message: Hashable {
        var role: ChatMessage.Role
        /// As a template of Optrace's.
        var text: String
    }

    var label: String
    var messages: [Message]
    /// The file that holds the text, as the configuration names it, where it can be used as it stands.
    var file: String?
    /// Names that are read, in order of first use.
    var names: [String]

    /// Whether it is one text and no chat.
    var isText: Bool { messages.count == 1 && messages[0].role == .user }

    static func all(_ value: Value?, _ source: inout PromptfooSource) -> [PromptfooPrompt] {
        guard let value, !value.isNull else {
            source.remark("prompts: there are none; the variable 'prompt' of each test is asked as it is")
            return [
                PromptfooPrompt(label: "prompt", messages: [.init(role: .user, text: "{{prompt}}")], names: ["prompt"])
            ]
        }
        guard let resolved = isListFile(value) ? source.resolved(value, for: "prompts") : value else { return [] }
        return (resolved.list ?? [resolved]).enumerated().flatMap { place, entry in
            prompts(entry, what: "prompt \(place + 1)", &source)
        }
    }

    /// Whether a file is a list of prompts and not a prompt.
    private static func isListFile(_ value: Value) -> Bool {
        guard let name = PromptfooSource.fileName(value) else { return false }
        return ["yaml", "yml"].contains(PromptfooSource.ending(name))
    }

    private static func prompts(
        _ entry: Value, what: String, _ source: inout PromptfooSource
    ) -> [PromptfooPrompt] {
        var label = what
        var written = entry.text
        if let fields = entry.object {
            written = fields["raw"]?.text ?? fields["id"]?.text ?? fields["prompt"]?.text
            label = fields["label"]?.text ?? what
            for name in fields.names where !["raw", "id", "label", "prompt", "display"].contains(name) {
                source.remark("\(label): '\(name)' is not carried over")
            }
        }
        guard let written else {
            source.remark("\(what): a \(entry.kindName) is no prompt")
            return []
        }
        for scheme in ["exec:", "langfuse://", "portkey://", "helicone://", "package:", "python:"]
        where written.hasPrefix(scheme) {
            source.remark("\(label): \(written) is made by another program; put its text there")
            return []
        }
        guard let file = fileName(written) else { return parsed(written, label: label, file: nil, &source) }
        let ending = PromptfooSource.ending(file.split(separator: ":").first.map(String.init) ?? file)
        if ["js", "cjs", "mjs", "ts", "py", "sh", "rb", "pl", "bash"].contains(ending) {
            source.remark("\(label): \(file) makes its prompts in code; put their texts there, or make it a 'program'")
            return []
        }
        if ending == "csv" {
            let rows = source.value(of: file, for: label)?.list ?? []
            return rows.enumerated().flatMap { place, row in
                row["prompt"]?.text.map {
                    parsed($0, label: row["label"]?.text ?? "\(label).\(place + 1)", file: nil, &source)
                } ?? []
            }
        }
        guard let text = source.text(of: file, for: label) else { return [] }
        let texts = text.split(separator: "\n---\n", omittingEmptySubsequences: true).map(String.init)
        guard texts.count > 1, ["txt", "md", "j2"].contains(ending) else {
            return parsed(text, label: label, file: file, &source)
        }
        return texts.enumerated().flatMap { place, text in
            parsed(text, label: "\(label).\(place + 1)", file: nil, &source)
        }
    }

    /// A file is named with `file://`, or by a path alone.
    private static func fileName(_ written: String) -> String? {
        if written.hasPrefix("file://") { return String(written.dropFirst("file://".count)) }
        let endings = [
            "txt", "md", "json", "yaml", "yml", "j2", "csv", "js", "mjs", "cjs", "ts", "py", "sh", "rb", "pl",
        ]
        let isPath = !written.contains(where: { $0.isNewline || $0 == " " || $0 == "{" })
        return isPath && endings.contains(PromptfooSource.ending(written)) && written.contains(".") ? written : nil
    }

    private static func parsed(
        _ text: String, label: String, file: String?, _ source: inout PromptfooSource
    ) -> [PromptfooPrompt] {
        let chat = chat(text, file)
        let texts = chat?.map(\.text) ?? [text.hasSuffix("\n") ? String(text.dropLast()) : text]
        let translated = texts.map(NunjucksText.init)
        for loss in translated.flatMap(\.losses) { source.remark("\(label): \(loss) has no counterpart in a template") }
        var names: [String] = []
        for name in translated.flatMap(\.names) where !names.contains(name) { names.append(name) }
        let messages = zip(chat?.map(\.role) ?? [.user], translated).map { Message(role: $0, text: $1.text) }
        let isAsWritten = chat == nil && translated[0].text == texts[0]
        return [PromptfooPrompt(label: label, messages: messages, file: isAsWritten ? file : nil, names: names)]
    }

    /// The messages of a chat in JSON or YAML; nil for a plain text.
    private static func chat(_ text: String, _ file: String?) -> [Message]? {
        let isData = file.map { ["json", "yaml", "yml"].contains(PromptfooSource.ending($0)) } ?? false
        guard isData || text.drop(while: \.isWhitespace).first == "[" else { return nil }
        let value: Value
        do {
            guard let root = try SourceNode.composed(from: text) else { return nil }
            value = WorkflowReader(path: "", environment: [:], files: .none).value(of: root) ?? .null
        } catch {
            // A text that begins with a bracket.
            return nil
        }
        let list = value.list ?? value["messages"]?.list ?? []
        let messages = list.compactMap { entry -> Message? in
            guard let role = entry["role"]?.text.flatMap(ChatMessage.Role.init(rawValue:)),
                let content = entry["content"]?.text
            else { return nil }
            return Message(role: role, text: content)
        }
        return messages.isEmpty || messages.count < list.count ? nil : messages
    }
}
