/// The metric in Python that checks an output against the assertions of its example.
enum PromptfooChecks {
    static let entry = "check(output, assertions)"

    /// The source for examples that keep their assertions under another name.
    static func source(reading name: String) -> String {
        name == "assertions"
            ? source
            : source.replacing("(output, assertions)", with: "(output, \(name))")
                .replacing("in assertions:", with: "in \(name):")
    }

    private static let source = #"""
        """Whether an output is as its test says, by the assertions that text alone decides."""

        import json
        import re


        def check(output, assertions):
            """The weighted share of assertions that hold, and what was asked for by those that do not."""
            text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
            total = held = 0.0
            lacking = []
            for item in assertions:
                weight = item.get("weight", 1)
                total += weight
                holds = bool(holds_for(text, item)) != item.get("not", False)
                if holds:
                    held += weight
                else:
                    lacking.append(wish(item))
            if total == 0:
                return {"score": 1.0, "feedback": ""}
            said = "Correct." if not lacking else "The output should " + "; it should ".join(lacking) + "."
            return {"score": held / total, "feedback": said}


        def wish(item):
            words = {
                "equals": "equal", "contains": "contain", "icontains": "contain (in capitals or not)",
                "starts-with": "begin with", "regex": "match the pattern", "contains-any": "contain one of",
                "contains-all": "contain all of", "icontains-any": "contain one of (in capitals or not)",
                "icontains-all": "contain all of (in capitals or not)", "is-json": "be JSON", "contains-json": "contain JSON",
                "levenshtein": "be close to", "word-count": "have as many words as", "python": "fulfil",
            }
            said = words[item["type"]]
            if "value" in item:
                said += " " + json.dumps(item["value"], ensure_ascii=False)
            return ("not " if item.get("not") else "") + said


        def holds_for(text, item):
            kind, value = item["type"], item.get("value")
            if kind == "equals":
                if isinstance(value, (dict, list)):
                    return parsed(text) == value
                return text.strip() == plain(value).strip()
            if kind == "contains":
                return plain(value) in text
            if kind == "icontains":
                return plain(value).lower() in text.lower()
            if kind == "starts-with":
                return text.startswith(plain(value))
            if kind == "regex":
                return re.search(plain(value), text) is not None
            if kind in ("contains-any", "contains-all", "icontains-any", "icontains-all"):
                found = text.lower() if kind.startswith("i") else text
                parts = [plain(part).lower() if kind.startswith("i") else plain(part) for part in value]
                return (any if kind.endswith("any") else all)(part in found for part in parts)
            if kind == "is-json":
                return parsed(text) is not NOTHING
            if kind == "contains-json":
                return any(begins_json(text[place:]) for place, sign in enumerate(text) if sign in "{[")
            if kind == "levenshtein":
                return distance(text, plain(value)) <= item.get("threshold", 5)
            if kind == "word-count":
                count = len(text.split())
                if isinstance(value, dict):
                    return value.get("min", 0) <= count <= value.get("max", float("inf"))
                return count == int(value)
            return python(text, value)


        def plain(value):
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


        NOTHING = object()


        def parsed(text):
            try:
                return json.loads(text)
            except ValueError:
                return NOTHING


        def begins_json(text):
            try:
                json.JSONDecoder().raw_decode(text)
                return True
            except ValueError:
                return False


        def distance(a, b):
            """How many characters have to be put in, taken out or changed."""
            row = list(range(len(b) + 1))
            for place, left in enumerate(a, 1):
                before, row[0] = row[0], place
                for other, right in enumerate(b, 1):
                    before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (left != right))
            return row[-1]


        def python(output, code):
            """An expression, or the body of a function that returns."""
            names = {"output": output, "json": json, "re": re}
            if "\n" not in code.strip() and "return" not in code.split():
                result = eval(code, names)
            else:
                body = "\n".join("    " + line for line in code.splitlines())
                exec("def assertion(output):\n" + body, names)
                result = names["assertion"](output)
            if isinstance(result, dict):
                return result.get("pass", result.get("pass_", result.get("score", 0) > 0))
            return result

        """#
}
