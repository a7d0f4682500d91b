/// Puts environment variables into a text: `${NAME}` and `${NAME:-default}`; `$${` is a plain `${`.
enum EnvironmentText {
    struct Missing: Error, Hashable {
        let name: String
        /// Scalars before the `$`.
        let offset: Int
    }

    /// The text with the variables filled in. A default stands in for a variable that is unset or empty.
    ///
    /// - Parameter leavesSecrets: Whether variables that are named like a secret stay as they are; they have to be set all
    ///   the same.
    static func substituted(
        _ text: String, from environment: [String: String], leavesSecrets: Bool = false
    ) throws(Missing) -> String {
        guard text.unicodeScalars.contains("$") else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        while index < scalars.count {
            if scalars[index] == "$", index + 2 < scalars.count, scalars[index + 1] == "$", scalars[index + 2] == "{" {
                // What is filled in later is read a second time.
                result.append(contentsOf: (leavesSecrets ? "$${" : "${").unicodeScalars)
                index += 3
            } else if let variable = variable(in: scalars, at: index) {
                let value = environment[variable.name] ?? ""
                let isSet = !value.isEmpty || variable.fallback != nil || environment[variable.name] != nil
                if leavesSecrets, isSet, isSecret(variable.name) {
                    result.append(contentsOf: scalars[index..<variable.end])
                } else if !value.isEmpty || (variable.fallback == nil && environment[variable.name] != nil) {
                    result.append(contentsOf: value.unicodeScalars)
                } else if let fallback = variable.fallback {
                    result.append(contentsOf: fallback.unicodeScalars)
                } else {
                    throw Missing(name: variable.name, offset: index)
                }
                index = variable.end
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return String(result)
    }

    /// The names of the variables in the text, in order.
    static func names(in text: String) -> [String] {
        guard text.unicodeScalars.contains("$") else { return [] }
        let scalars = Array(text.unicodeScalars)
        var names: [String] = []
        var index = 0
        while index < scalars.count {
            if scalars[index] == "$", index + 2 < scalars.count, scalars[index + 1] == "$", scalars[index + 2] == "{" {
                index += 3
            } else if let variable = variable(in: scalars, at: index) {
                names.append(variable.name)
                index = variable.end
            } else {
                index += 1
            }
        }
        return names
    }

    /// Whether a variable's name says that its value is nobody's business: `SEARCH_KEY`, `GITHUB_TOKEN`, `DB_PASS`.
    static func isSecret(_ name: String) -> Bool {
        name.uppercased().split(separator: "_").contains { word in
            // Short ones stand in other words, as `BYPASS` and `AUTHOR` do.
            ["PASS", "PWD", "PAT", "AUTH"].contains(word) && name != "PWD"
                || secretEndings.contains { word.hasSuffix($0) }
        }
    }

    private static let secretEndings = [
        "KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "CREDENTIALS",
    ]

    /// Whether the text is a variable and nothing else.
    static func isOneVariable(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        return !scalars.isEmpty && variable(in: scalars, at: 0)?.end == scalars.count
    }

    private static func variable(
        in scalars: [Unicode.Scalar], at start: Int
    ) -> (name: String, fallback: String?, end: Int)? {
        guard scalars[start] == "$", start + 1 < scalars.count, scalars[start + 1] == "{" else { return nil }
        var index = start + 2
        var name = ""
        while index < scalars.count, isNamePart(scalars[index], isFirst: name.isEmpty) {
            name.unicodeScalars.append(scalars[index])
            index += 1
        }
        guard !name.isEmpty, index < scalars.count else { return nil }
        if scalars[index] == "}" { return (name, nil, index + 1) }
        guard scalars[index] == ":", index + 1 < scalars.count, scalars[index + 1] == "-" else { return nil }
        index += 2
        var fallback = ""
        while index < scalars.count, scalars[index] != "}" {
            fallback.unicodeScalars.append(scalars[index])
            index += 1
        }
        return index < scalars.count ? (name, fallback, index + 1) : nil
    }

    private static func isNamePart(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
        switch scalar {
        case "A"..."Z", "a"..."z", "_": true
        case "0"..."9": !isFirst
        default: false
        }
    }
}
