extension InspectorPage {
    /// The first page: runs and traces.
    static let scriptLists = #"""
        async function showHome(isHere) {
          crumbs("runs and traces");
          document.title = "Optrace";
          const names = ["q", "workflow", "run", "candidate", "example", "split", "failed", "by", "ascends", "from"];
          const asked = () => { const {query} = address(); return Object.fromEntries(names.map((name) => [name, query.get(name)])); };
          let shownRuns = "", shownTraces = "", turn = 0;
          const runsPlace = el("section", {"aria-label": "Runs"}), listPlace = el("section", {"aria-label": "Traces"});
          /** What was only asked for otherwise leaves the runs as they are. */
          async function load(isOfRuns = true) {
            const mine = ++turn;
            const [runs, traces] = await Promise.all([isOfRuns ? ask("/api/runs") : null, ask("/api/traces", asked())]);
            if (mine !== turn || !isHere()) return;
            const tracesText = JSON.stringify([traces, location.hash]), runsText = runs ? JSON.stringify(runs) : shownRuns;
            if (tracesText === shownTraces && runsText === shownRuns) return;
            refilled(main(), () => {
              if (runsText !== shownRuns) fill(runsPlace, runList(runs.runs));
              if (tracesText !== shownTraces) fill(listPlace, traceList(traces, asked(), change));
            });
            [shownRuns, shownTraces] = [runsText, tracesText];
          }
          async function change(changes) {
            // What was typed last may come when another page is looked at.
            if (!isHere()) return;
            setQuery({from: null, ...changes});
            try { await load(false); } catch (error) { shownTraces = ""; fill(listPlace, el("p", {class: "error", role: "status", text: error.message})); }
          }
          await load();
          if (!isHere()) return;
          fill(main(), runsPlace, el("h1", {text: "Traces"}), filters(asked(), change), listPlace);
          state.refresh = load;
          state.keys = rowKeys;
          state.search = main().querySelector("input[type=search]");
        }

        function runList(runs) {
          if (!runs.length) return [el("h1", {text: "Runs"}), el("p", {class: "dim", text: "no runs yet; start one with: optrace optimize WORKFLOW"})];
          const isLong = runs.length > 12 && !state.allRuns;
          const rows = (isLong ? runs.slice(0, 10) : runs).map((r) => ({key: "run " + r.run, cells: [
            el("a", {href: link(["run", r.run]), text: r.run}), r.optimizer, r.status ? r.status : badge("running"), r.verdict ? badge(r.verdict) : "–",
            Math.max(0, r.candidates - 1), grouped(r.calls), grouped(r.tokens), dollars(r.cost), moment(r.started)]}));
          return [el("h1", {text: "Runs"}), table([{title: "run"}, {title: "optimizer"}, {title: "ended"}, {title: "verdict"}, {title: "tried", n: true}, {title: "calls", n: true}, {title: "tokens", n: true}, {title: "cost", n: true}, {title: "started", n: true}], rows),
            isLong ? button(`all ${runs.length} runs`, () => { state.allRuns = true; show(); }) : null];
        }

        function filters(filter, change) {
          let waiting = null;
          const search = el("input", {type: "search", name: "q", placeholder: "search inputs, outputs, names (/)", "aria-label": "Search traces", value: filter.q || "",
            oninput: () => { clearTimeout(waiting); waiting = setTimeout(() => change({q: search.value.trim()}), 150); }});
          const inputs = ["workflow", "run", "candidate", "example"].map((name) => el("input", {name, placeholder: name, "aria-label": "only this " + name, value: filter[name] || "", size: 10,
            onchange: (event) => change({[name]: event.target.value.trim()})}));
          const splits = ["", "train", "validation", "holdout", "replay"];
          if (filter.split && !splits.includes(filter.split)) splits.push(filter.split);
          const split = el("select", {name: "split", "aria-label": "only this part of the data", onchange: (event) => change({split: event.target.value})},
            splits.map((one) => el("option", {value: one, text: one || "all parts", selected: (filter.split || "") === one})));
          const failed = el("input", {type: "checkbox", name: "failed", checked: filter.failed === "1", onchange: (event) => change({failed: event.target.checked ? "1" : null})});
          return el("form", {class: "bar tools", role: "search", onsubmit: (event) => { event.preventDefault(); change({q: search.value.trim(), ...Object.fromEntries(inputs.map((i) => [i.name, i.value.trim()]))}); }},
            search, inputs, split, el("label", null, failed, " failed only"), el("button", {class: "skip", text: "filter"}));
        }

        function traceList(page, filter, change) {
          const by = filter.by || "trace", ascends = filter.ascends === "1";
          const sort = {by, ascends, change: (name) => change({by: name === "trace" ? null : name, ascends: name === by ? (ascends ? null : "1") : name === "score" ? "1" : null})};
          if (!page.traces.length) return el("p", {class: "dim", text: page.total || Object.values(filter).some(Boolean) ? "no trace is like that" : "no traces yet"});
          const several = new Set(page.traces.map((t) => t.workflow)).size > 1;
          const columns = [{title: "trace", n: true, by: "trace"}, ...(several ? [{title: "workflow", short: true}] : []), {title: "run", short: true}, {title: ""}, {title: "example", short: true}, {title: "split"},
            {title: "input", short: true}, {title: "output", short: true}, {title: "score", n: true, by: "score"}, {title: "nodes", n: true, by: "nodes"}, {title: "tokens", n: true, by: "tokens"},
            {title: "time", n: true, by: "time"}, {title: ""}, {title: "when", n: true}];
          const rows = page.traces.map((t) => ({key: "trace " + t.id, cells: [
            el("a", {href: link(["trace", t.id]), text: t.id}), ...(several ? [t.workflow] : []), t.run ? el("a", {href: link(["run", t.run]), text: t.run, title: t.run}) : "–", t.candidate, t.example || "–", t.split || "–",
            t.input || "–", t.output || "–", decimal(t.score), grouped(t.nodes), grouped(t.tokens), time(t.ns), t.outcome === "completed" ? "" : badge(t.outcome), moment(t.created)]}));
          const first = Number(filter.from || 0);
          const older = page.next === null ? null : button("next ›", () => change({from: page.next}).then(() => window.scrollTo(0, 0)), "next page");
          const newer = first > 0 ? button("‹ previous", () => change({from: Math.max(0, first - 100) || null}), "previous page") : null;
          const count = el("p", {class: "dim", role: "status", text: page.traces.length < page.total ? `${grouped(first + 1)} to ${grouped(first + page.traces.length)} of ${grouped(page.total)}` : `${grouped(page.total)} ${page.total === 1 ? "trace" : "traces"}`});
          return [el("div", {class: "bar"}, newer, older, count), table(columns, rows, {sort}), page.next === null && !newer ? null : el("div", {class: "bar tools"}, first > 0 ? button("‹ previous", () => newer.click()) : null, older ? button("next ›", () => older.click()) : null)];
        }

        """#
}
