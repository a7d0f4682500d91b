/// A self-contained page: nothing is loaded, nothing runs, and everything recorded is text.
struct HTMLPage {
    let title: String
    var body: [String] = []

    init(title: String) { self.title = title }

    /// Adds an element with a text.
    mutating func add(_ element: String, _ text: String, class name: String = "") {
        let attribute = name.isEmpty ? "" : " class=\"\(name)\""
        body.append("<\(element)\(attribute)>\(text.escapedForXML)</\(element)>")
    }

    /// Adds markup that is escaped already.
    mutating func add(markup: String) { body.append(markup) }

    /// A text as it was recorded, cut when it is very long.
    static func recorded(_ text: String, limit: Int = 40_000) -> String {
        let (head, omitted) = text.cut(toBytes: limit)
        let mark = omitted > 0 ? "<p class=\"cut\">… \(omitted) bytes left out</p>" : ""
        return "<pre dir=\"auto\">\(head.escapedForXML)</pre>\(mark)"
    }

    /// Two texts as one, what is gone and what is new marked by element and sign.
    static func words(_ pieces: [(kind: String, text: String)]) -> String {
        let inner = pieces.map { piece in
            switch piece.kind {
            case "removed": "<del>\(piece.text.escapedForXML)</del>"
            case "added": "<ins>\(piece.text.escapedForXML)</ins>"
            case "omitted": "<em>\(piece.text.escapedForXML)</em>"
            default: piece.text.escapedForXML
            }
        }
        return "<pre dir=\"auto\" class=\"words\">\(inner.joined())</pre>"
    }

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title.escapedForXML)</title>
        <style>
        \(Self.style)
        \(GraphDrawing.colours)
        </style>
        </head>
        <body>
        \(body.joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private static let style = """
        :root{color-scheme:light dark}
        body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}
        h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
        pre{background:#f6f8fa;padding:.6rem .8rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;
        max-height:40rem;unicode-bidi:plaintext;border-radius:6px}
        table{border-collapse:collapse}td,th{padding:.25rem .7rem;text-align:left;border-bottom:1px solid #d1d9e0;
        overflow-wrap:anywhere}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
        .facts,.cut,summary small{color:#59636e}.drawing{overflow:auto;border:1px solid #d1d9e0;border-radius:6px}
        details{border-left:3px solid #d1d9e0;padding-left:.8rem;margin:.3rem 0}details.failure{border-color:#cf222e}
        summary{cursor:pointer}ins{background:#dafbe1;color:#116329}del{background:#ffebe9;color:#82071e}
        .verdict{border:2px solid;border-radius:8px;padding:.6rem 1rem}.promote{border-color:#1a7f37}
        .keep{border-color:#cf222e}.inconclusive{border-color:#9a6700}
        @media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}pre{background:#161b22}
        td,th,.drawing,details{border-color:#30363d}.facts,.cut,summary small{color:#9198a1}
        ins{background:#0f3d1f;color:#aff5b4}del{background:#4a1217;color:#ffdcd7}}
        @media print{details{break-inside:avoid}body{max-width:none}pre{max-height:none}}
        """
}
