extension InspectorPage {
    /// The first page: runs and traces.
    static let scriptLists = #"""
        async function showHome() {
          crumbs("runs and traces");
          const {query} = address();
          const filter = {run: query.get("run"), candidate: query.get("candidate"), example: query.get("example"), split: query.get("split"), failed: query.get("failed")};
          const [runs, traces] = await Promise.all([ask("/api/runs"), ask("/api/traces", filter)]);
          document.title = "Optrace";
          const runRows = runs.runs.map((r) => ({cells: [
            el("a", {href: link(["run", r.run]), text: r.run}), r.optimizer, r.status || "running …", r.verdict ? r.verdict.toUpperCase() : "–",
            Math.max(0, r.candidates - 1), grouped(r.calls), dollars(r.cost), new Date(r.started * 1000).toISOString().slice(0, 16).replace("T", " ")]}));
          const body = el("tbody");
          const list = table([{title: "trace", n: true}, {title: "workflow"}, {title: "run"}, {title: "candidate"}, {title: "example"}, {title: "split"},
            {title: "score", n: true}, {title: "nodes", n: true}, {title: "tokens", n: true}, {title: "time", n: true}, {title: "ended"}], []);
          list.querySelector("tbody").replaceWith(body);
          const more = button("older traces", async () => {
            const page = await ask("/api/traces", {...filter, from: more.dataset.from});
            add(page);
          });
          function add(page) {
            for (const t of page.traces) body.append(el("tr", null, [
              el("td", {class: "n"}, el("a", {href: link(["trace", t.id]), text: t.id})), el("td", {text: t.workflow}), el("td", {text: t.run || "–"}), el("td", {text: t.candidate}),
              el("td", {dir: "auto", text: t.example || "–"}), el("td", {text: t.split || "–"}), el("td", {class: "n", text: decimal(t.score)}), el("td", {class: "n", text: grouped(t.nodes)}),
              el("td", {class: "n", text: grouped(t.tokens)}), el("td", {class: "n", text: time(t.ns)}),
              el("td", {class: t.outcome === "completed" ? "" : "worse", text: t.outcome === "failed" ? "✗ failed" : t.outcome})]));
            more.hidden = page.next === null;
            more.dataset.from = page.next;
          }
          add(traces);
          const inputs = ["run", "candidate", "example", "split"].map((name) => el("input", {name, placeholder: name, "aria-label": "only this " + name, value: filter[name] || "", size: 12}));
          const failed = el("input", {type: "checkbox", name: "failed", checked: filter.failed === "1"});
          const form = el("form", {class: "bar tools", onsubmit: (event) => {
            event.preventDefault();
            const chosen = Object.fromEntries(inputs.map((i) => [i.name, i.value.trim()]));
            location.hash = link([], {...chosen, failed: failed.checked ? "1" : ""});
          }}, inputs, el("label", null, failed, " failed only"), el("button", {text: "filter"}));
          fill(main(), el("h1", {text: "Runs"}),
            runRows.length ? table([{title: "run"}, {title: "optimizer"}, {title: "ended"}, {title: "verdict"}, {title: "tried", n: true}, {title: "calls", n: true}, {title: "cost", n: true}, {title: "started"}], runRows)
              : el("p", {class: "dim", text: "no runs yet; start one with: optrace optimize WORKFLOW"}),
            el("h1", {text: "Traces"}), form, list, more);
        }

        """#
}
