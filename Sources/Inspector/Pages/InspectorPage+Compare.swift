extension InspectorPage {
    /// Two candidates side by side.
    static let scriptCompare = #"""
        async function showCompare(isHere) {
          const {query} = address();
          const a = query.get("a"), b = query.get("b");
          const c = await ask("/api/compare", {a, b});
          if (!isHere()) return;
          const head = el("div"), examples = el("section", {class: "examples", "aria-label": "Examples"}), pair = el("section", {class: "pair", "aria-label": "One example", "aria-live": "polite"});
          const view = {c, picked: null, pair, list: () => fill(examples, exampleList(view))};
          const same = (row) => view.c.examples.find((r) => r.example === row.example && r.split === row.split);
          const first = () => view.c.examples.find((r) => r.difference !== 0 && hasBoth(r)) || view.c.examples.find(hasBoth);
          compareHead(c, a, b, head);
          fill(main(), head, el("div", {class: "beside"}, examples, pair));
          view.list();
          const wanted = same({example: query.get("example"), split: query.get("split")}) || first();
          if (wanted) await pickExample(view, wanted, true);
          if (!isHere()) return;
          state.keys = (event) => exampleKey(view, event);
          state.waits = isHeld;
          state.refresh = async () => {
            const now = await ask("/api/compare", {a, b});
            if (!isHere() || JSON.stringify(now) === JSON.stringify(view.c)) return;
            view.c = now;
            const known = view.picked && same(view.picked), next = known || first();
            const isOther = !known || known.before_trace !== view.picked.before_trace || known.after_trace !== view.picked.after_trace;
            view.picked = known || null;
            refilled(main(), () => { compareHead(now, a, b, head); view.list(); });
            if (next && isOther) await pickExample(view, next, true);
          };
        }
        function compareHead(c, a, b, place) {
          document.title = `${c.before.candidate} → ${c.after.candidate}`;
          const side = (s) => el("a", {href: link(["run", s.run], {c: s.candidate}), text: s.run === c.before.run && s === c.after ? s.candidate : `${s.run} ${s.candidate}`});
          crumbs(el("span", null, side(c.before), " → ", side(c.after)));
          const chooser = (name, s) => el("select", {"aria-label": name === "a" ? "the one before" : "the one after", onchange: (event) => { location.hash = link(["compare"], {a, b, [name]: `${s.run}:${event.target.value}`}); }},
            s.candidates.map((id) => el("option", {value: id, text: id, selected: id === s.candidate})));
          const totals = Object.entries(c.totals).map(([split, t]) => ({cells: [split, decimal(t.before), decimal(t.after),
            el("span", {class: tone(t.after - t.before), text: signed(t.after - t.before)}), t.interval ? `${signed(t.interval[0])} to ${signed(t.interval[1])}` : "–", t.count, t.better, t.worse]}));
          fill(place, el("h1", null, `${c.before.run} `, chooser("a", c.before), " → ", c.after.run === c.before.run ? "" : c.after.run + " ", chooser("b", c.after)),
            totals.length ? table([{title: "split"}, {title: "before", n: true}, {title: "after", n: true}, {title: "difference", n: true}, {title: "95 % interval"}, {title: "examples", n: true}, {title: "better", n: true}, {title: "worse", n: true}], totals) : el("p", {class: "dim", text: "they were never run on the same example"}),
            el("h2", {text: "What differs"}), c.changes.length ? c.changes.flatMap((change) => [el("h3", {text: change.parameter}), words(change.pieces)]) : el("p", {class: "dim", text: "no parameter"}));
        }
        function tone(number) { return number < 0 ? "worse" : number > 0 ? "better" : ""; }
        function hasBoth(row) { return row.before_trace !== null && row.after_trace !== null; }

        function shownExamples(view) {
          const {query} = address();
          const rows = view.c.examples.filter((r) => query.get("all") === "1" || r.difference !== 0);
          return query.get("best") === "1" ? [...rows].reverse() : rows;
        }
        function exampleList(view) {
          const {query} = address();
          const best = query.get("best") === "1";
          const rows = shownExamples(view);
          const list = rows.slice(0, 500).map((r) => ({key: r.split + " " + r.example, class: view.picked === r ? "pick" : null, cells: [
            hasBoth(r) ? el("a", {href: "#", text: r.example, title: view.c.inputs[r.example] || null, onclick: (event) => { event.preventDefault(); pickExample(view, r); }}) : r.example, r.split, decimal(r.before), decimal(r.after),
            el("span", {class: tone(r.difference), text: (r.difference < 0 ? "▼ " : r.difference > 0 ? "▲ " : "") + signed(r.difference)})]}));
          return [el("h2", {text: best ? "Examples, the greatest gain first" : "Examples, the worst regression first"}),
            el("div", {class: "bar tools"}, el("label", null, el("input", {type: "checkbox", "aria-label": "also those that score the same", checked: query.get("all") === "1", onchange: (event) => { setQuery({all: event.target.checked ? "1" : null}); refilled(main(), view.list); }}), " also those that score the same"),
              button(best ? "regressions first" : "gains first", () => { setQuery({best: best ? null : "1"}); view.list(); })),
            list.length ? table([{title: "example"}, {title: "split"}, {title: "before", n: true}, {title: "after", n: true}, {title: "", n: true}], list) : el("p", {class: "dim", text: view.c.examples.length ? "no common example scores otherwise" : "none in common"}),
            rows.length > 500 ? el("p", {class: "dim", text: `${grouped(rows.length - 500)} more; optrace runs compare --limit has them`}) : null];
        }
        async function pickExample(view, row, quietly) {
          view.picked = row;
          if (!quietly) setQuery({example: row.example, split: row.split});
          refilled(main(), view.list);
          const asked = view.asked = (view.asked || 0) + 1;
          try {
            const [pair, graph] = await Promise.all([ask("/api/pair", {before: row.before_trace, after: row.after_trace}), ask("/api/graph", {id: row.after_trace, against: row.before_trace})]);
            if (asked !== view.asked) return;
            const svg = drawing(graph.svg);
            svg.classList.add("by-change");
            for (const g of svg.querySelectorAll(".vertex")) g.addEventListener("click", () => { if (!g.classList.contains("removed")) location.hash = link(["trace", row.after_trace], {against: row.before_trace, colour: "change", n: g.dataset.id}); });
            const d = graph.diff;
            fill(view.pair, el("h2", {dir: "auto", text: `${row.example}, ${row.split}`}),
              el("div", {class: "fields"}, pair.fields.map((f) => el("div", null, el("h3", {dir: "auto", text: f.name}), el("pre", {dir: "auto", text: f.text})))),
              el("div", {class: "cols"}, outcome(pair.before, "before"), outcome(pair.after, "after")),
              pair.before.output !== pair.after.output ? [el("h3", {text: "word by word"}), words(pair.pieces)] : null,
              el("h3", {text: "The two executions"}), el("p", {class: "facts"}, `${d.same} nodes the same, ${d.changed} changed, ${d.added} added, ${d.removed} removed. `, el("a", {href: link(["trace", row.after_trace], {against: row.before_trace, colour: "change"}), text: "open"})),
              el("div", {class: "drawing", "data-scroll": "pair"}, svg));
          } catch (error) { if (asked === view.asked) fill(view.pair, el("p", {class: "error", text: error.message})); }
        }
        function outcome(side, title) {
          const said = side.feedback.map((f) => f.text).filter(Boolean).join("\n");
          return el("div", null, el("h3", null, `${title}: ${side.candidate}, score ${decimal(side.score)} `, el("a", {href: link(["trace", side.trace]), text: `trace ${side.trace}`})),
            el("pre", {dir: "auto", class: side.outcome === "failed" ? "error" : null, text: side.output}), said ? el("p", {dir: "auto", class: "facts", text: said}) : null,
            el("p", {class: "facts", text: `${grouped(side.tokens)} tokens, ${time(side.ns)}`}));
        }
        function exampleKey(view, event) {
          const step = {j: 1, ArrowDown: 1, k: -1, ArrowUp: -1}[event.key];
          if (!step) return false;
          const rows = shownExamples(view).slice(0, 500).filter(hasBoth);
          if (!rows.length) return false;
          const next = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(view.picked) + step))];
          pickExample(view, next).then(() => {
            const row = main().querySelector(`tr[data-key="${CSS.escape(next.split + " " + next.example)}"] a`);
            if (row) row.focus();
          });
          return true;
        }

        """#
}
