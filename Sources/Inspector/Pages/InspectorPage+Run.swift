extension InspectorPage {
    /// The page of a run.
    static let scriptRun = #"""
        async function showRun(name, isHere) {
          let shown = "", run = null, turn = 0;
          async function load() {
            const mine = ++turn, {query} = address(), isWhole = (part) => state.whole.has(`${part} of ${name}`) ? "all" : null;
            const answer = await ask("/api/run", {run: name, c: query.get("c"), kinds: eventKinds(query.get("log")), candidates: isWhole("candidates"), events: isWhole("events")});
            if (mine !== turn || !isHere()) return;
            const text = JSON.stringify(answer);
            if (text === shown) return;
            const isFirst = !shown;
            shown = text;
            run = answer;
            if (isFirst) drawRun(run, more, true); else refilled(main(), () => drawRun(run, more, false));
            const picked = address().query.get("c");
            if (picked) await pickCandidate(run, picked);
          }
          /** What was left out at first, of candidates or events. */
          function more(part) {
            if (part) state.whole.add(`${part} of ${name}`);
            load().catch((error) => live("not up to date: " + error.message));
          }
          await load();
          if (!isHere()) return;
          state.refresh = load;
          // Somebody is reading: what is marked stays marked, and a list open, until it is let go.
          state.waits = isHeld;
          state.keys = (event) => runKey(run, event);
        }
        function chooseCandidate(run, id) {
          setQuery({c: id});
          for (const row of document.querySelectorAll("tr[data-candidate], tr.pick")) row.classList.remove("pick");
          const row = document.querySelector(`tr[data-key="candidate ${CSS.escape(id)}"]`);
          if (row) row.classList.add("pick");
          return pickCandidate(run, id).then(() => document.getElementById("candidate")?.scrollIntoView({block: "nearest"}));
        }
        function runKey(run, event) {
          const step = {j: 1, ArrowDown: 1, k: -1, ArrowUp: -1}[event.key];
          if (!step) return false;
          const ids = run.candidates.map((c) => c.candidate);
          const at = ids.indexOf(address().query.get("c"));
          chooseCandidate(run, ids[at < 0 ? 0 : Math.min(ids.length - 1, Math.max(0, at + step))]);
          return true;
        }
        function drawRun(run, more, isFirst) {
          const picked = address().query.get("c");
          document.title = run.run;
          crumbs(run.run);
          const chosen = (id) => chooseCandidate(run, id);
          const history = drawing(run.history), tree = drawing(run.tree), line = drawing(run.timeline);
          for (const point of history.querySelectorAll(".point")) point.addEventListener("click", () => chosen(point.dataset.candidate));
          for (const g of tree.querySelectorAll(".vertex")) {
            g.setAttribute("tabindex", "0");
            g.setAttribute("role", "button");
            g.setAttribute("aria-label", g.querySelector("title").textContent);
            g.addEventListener("click", () => chosen(g.dataset.id));
            g.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); chosen(g.dataset.id); } });
          }
          fill(main(), el("h1", {text: run.run}), el("p", {class: "facts", text: run.facts.join(" · ")}),
            el("div", {class: "bar tools"}, run.best && run.best !== "c0" ? el("a", {href: link(["compare"], {a: run.run + ":c0", b: run.run + ":" + run.best}), text: `compare c0 with ${run.best}`}) : null,
              el("a", {href: link([], {run: run.run}), text: "all traces"}), exportsMenu({run: run.run}, ["html", "svg", "dot", "mermaid", "json", "jsonl", "csv", "markdown", "junit"])),
            verdictCard(run),
            run.changes.length ? [el("h2", {text: "What the winner changed"}), run.changes.flatMap((c) => [el("h3", {text: c.parameter}), words(c.pieces)])] : null,
            el("div", {class: "cols"},
              el("section", null, el("h2", {text: "History: validation by step"}), el("p", {class: "dim", text: "■ accepted, × rejected, ○ kept, with 95 % intervals; the line is the best so far, the hold-out at the right"}), el("div", {class: "scroll"}, history)),
              el("section", null, el("h2", {text: "Score against expense"}), run.expense ? frontPlot(run.expense, 1, 0, chosen) : el("p", {class: "dim", text: "needs two candidates that were scored on validation and whose traces are kept"}))),
            run.aims ? [el("h2", {text: "Aims"}), aims(run.aims, chosen)] : null,
            el("h2", {text: "Candidates"}), el("div", {class: "drawing", "data-scroll": "tree"}, later(tree)), candidateTable(run, picked, chosen, more), el("section", {id: "candidate", "aria-live": "polite"}),
            el("div", {class: "cols"}, el("section", null, el("h2", {text: "Timeline"}), el("div", {class: "scroll tall", "data-scroll": "timeline", tabindex: "0"}, line)), el("section", null, el("h2", {text: "Credit"}), credit(run))),
            preferences(run), log(run, chosen, more));
          // A tree is looked at from its root; where that is stands in the drawing, which need not be laid out for it.
          const root = tree.querySelector(".vertex text"), frame = main().querySelector("[data-scroll=tree]");
          if (root && frame && isFirst) frame.scrollLeft = Number(root.getAttribute("x")) - frame.clientWidth / 2;
        }
        function verdictCard(run) {
          const v = run.verdict;
          if (!v) return el("section", {class: "verdict", "aria-label": "Verdict"}, el("b", {text: run.status ? "NO VERDICT" : "RUNNING"}), run.status ? "the gate was not reached" : "the verdict follows when the steps are done; this page keeps up by itself");
          return el("section", {class: "verdict " + v.decision, "aria-label": "Verdict"}, el("b", {text: v.decision.toUpperCase()}), v.sentence,
            v.chart ? drawing(v.chart) : null, v.alarms.map((a) => el("p", {class: "worse", text: "alarm: " + a})),
            v.decision === "inconclusive" && v.needed_count && !v.sentence.includes("would decide") ? el("p", {text: `about ${grouped(v.needed_count)} hold-out examples would decide a difference of this size`}) : null,
            v.decision === "promote" ? el("p", {class: "dim"}, "write it back with: ", el("code", {text: `optrace promote ${run.run}`})) : null);
        }

        function candidateTable(run, picked, chosen, more) {
          return el("div", null, el("div", {class: "scroll tall", "data-scroll": "candidates"}, candidateRows(run, picked, chosen)),
            run.candidates.length < run.candidateCount ? button(`all ${grouped(run.candidateCount)} candidates`, () => more("candidates")) : null);
        }
        function candidateRows(run, picked, chosen) {
          return table([{title: ""}, {title: "step", n: true}, {title: "from"}, {title: "train", n: true}, {title: "validation", n: true}, {title: "hold-out", n: true}, {title: "tokens", n: true}, {title: "time", n: true}, {title: "fate", wide: true}],
            run.candidates.map((c) => ({key: "candidate " + c.candidate, class: c.candidate === picked ? "pick" : null, cells: [el("a", {href: "#", text: c.candidate + (c.candidate === run.best ? " ★" : ""), onclick: (event) => { event.preventDefault(); chosen(c.candidate); }}), c.step, c.parents.join(", "),
              decimal(c.scores.train), decimal(c.scores.validation), decimal(c.scores.holdout), grouped(c.tokens), time(c.ns), c.fateText]})));
        }
        async function pickCandidate(run, id) {
          const place = document.getElementById("candidate");
          if (!place) return;
          const asked = state.asked = (state.asked || 0) + 1;
          let c;
          try { c = await ask("/api/candidate", {run: run.run, candidate: id}); } catch (error) { if (asked === state.asked) fill(place, el("p", {class: "error", text: error.message})); return; }
          if (asked !== state.asked) return;
          const {parent} = c;
          const parts = [el("h2", {text: `${id}: ${c.fateText}`})];
          if (c.intent) parts.push(el("p", {class: "facts", text: c.intent}));
          if (c.rationale) parts.push(el("p", {dir: "auto", text: c.rationale}));
          const metrics = Object.entries(c.metrics);
          if (metrics.length > 1) parts.push(el("p", {class: "facts", text: "validation: " + metrics.map(([name, mean]) => `${name} ${decimal(mean)}`).join(", ")}));
          const links = el("div", {class: "bar"}, el("a", {href: link([], {run: run.run, candidate: id}), text: "its traces"}));
          if (parent) links.append(el("a", {href: link(["compare"], {a: run.run + ":" + parent, b: run.run + ":" + id}), text: `compare with ${parent}`}));
          fill(place, parts, c.changes.flatMap((change) => [el("h3", {text: `${change.parameter}: ${parent} → ${id}`}), words(change.pieces)]), links);
        }

        """#
}
