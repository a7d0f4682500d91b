extension InspectorPage {
    /// Two candidates side by side.
    static let scriptCompare = #"""
        async function showCompare() {
          const {query} = address();
          const a = query.get("a"), b = query.get("b");
          const c = await ask("/api/compare", {a, b});
          document.title = `${a} → ${b}`;
          const side = (s) => el("a", {href: link(["run", s.run], {c: s.candidate}), text: `${s.run} ${s.candidate}`});
          crumbs(side(c.before), "→ ", side(c.after));
          const onlyDifferent = query.get("all") !== "1";
          const rows = c.examples.filter((r) => !onlyDifferent || r.difference !== 0);
          const graph = el("div", {class: "drawing"});
          const graphTitle = el("p", {class: "facts"});
          const chosen = async (row) => {
            setQuery({example: row.example, split: row.split});
            graphTitle.textContent = `${row.example}: trace ${row.before_trace} → trace ${row.after_trace} …`;
            try {
              const answer = await ask("/api/graph", {id: row.after_trace, against: row.before_trace});
              const svg = drawing(answer.svg);
              svg.classList.add("by-change");
              fill(graph, svg);
              fill(graphTitle, `${row.example}: ${answer.diff.same} nodes the same, ${answer.diff.changed} changed, ${answer.diff.added} added, ${answer.diff.removed} removed. `,
                el("a", {href: link(["trace", row.after_trace], {against: row.before_trace, colour: "change"}), text: "open"}));
            } catch (error) { fill(graphTitle, el("span", {class: "error", text: error.message})); }
          };
          const totals = Object.entries(c.totals).map(([split, t]) => ({cells: [split, decimal(t.before), decimal(t.after), signed(t.after - t.before), t.count, t.better, t.worse]}));
          const examples = rows.slice(0, 500).map((r) => ({cells: [
            r.before_trace !== null && r.after_trace !== null ? el("a", {href: "#", text: r.example, onclick: (event) => { event.preventDefault(); chosen(r); }}) : r.example, r.split, decimal(r.before), decimal(r.after),
            el("span", {class: r.difference < 0 ? "worse" : r.difference > 0 ? "better" : "", text: (r.difference < 0 ? "▼ " : r.difference > 0 ? "▲ " : "") + signed(r.difference)}),
            r.before_trace === null ? "–" : el("a", {href: link(["trace", r.before_trace]), text: r.before_trace}), r.after_trace === null ? "–" : el("a", {href: link(["trace", r.after_trace]), text: r.after_trace})]}));
          fill(main(), el("h1", {text: `${c.before.run} ${c.before.candidate} → ${c.after.run === c.before.run ? "" : c.after.run + " "}${c.after.candidate}`}),
            totals.length ? table([{title: "split"}, {title: "before", n: true}, {title: "after", n: true}, {title: "difference", n: true}, {title: "examples", n: true}, {title: "better", n: true}, {title: "worse", n: true}], totals) : el("p", {class: "dim", text: "they were never run on the same example"}),
            el("h2", {text: "What differs"}), c.changes.length ? c.changes.flatMap((change) => [el("h3", {text: change.parameter}), words(change.pieces)]) : el("p", {class: "dim", text: "no parameter"}),
            el("h2", {text: "The two executions of one example"}), graphTitle, graph,
            el("h2", {text: "Examples, the worst regression first"}),
            el("div", {class: "bar tools"}, el("label", null, el("input", {type: "checkbox", checked: !onlyDifferent, onchange: (event) => { setQuery({all: event.target.checked ? "1" : null}); show(); }}), " also those that score the same")),
            examples.length ? table([{title: "example"}, {title: "split"}, {title: "before", n: true}, {title: "after", n: true}, {title: "", n: true}, {title: "trace", n: true}, {title: "trace", n: true}], examples) : el("p", {class: "dim", text: "no common example scores otherwise"}));
          const wanted = c.examples.find((r) => r.example === query.get("example") && r.split === query.get("split")) || c.examples.find((r) => r.difference !== 0 && r.before_trace !== null && r.after_trace !== null);
          if (wanted && wanted.before_trace !== null && wanted.after_trace !== null) await chosen(wanted);
        }

        """#
}
