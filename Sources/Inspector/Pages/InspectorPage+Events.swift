extension InspectorPage {
    /// Credit and log of the page of a run.
    static let scriptEvents = #"""
        function credit(run) {
          const found = run.credit;
          if (!found) return el("p", {class: "dim"}, "which of the changes earns the gain, and which node was at fault, was not tested; ", el("code", {text: `optrace credit ${run.run}`}), " does");
          const most = Math.max(1e-9, ...[...found.ablation, ...found.interchange].map((f) => Math.abs(f.effect || 0)));
          const findings = (title, list) => table([{title}, {title: "effect", n: true}, {title: ""}, {title: "95 % interval"}, {title: "n", n: true}, {title: "", wide: true}], list.map((f) => {
            const bar = el("meter", {class: f.effect < 0 ? "against" : null, min: 0, max: most, value: Math.abs(f.effect || 0), "aria-hidden": "true"});
            return {cells: [f.name, f.effect === null ? "–" : signed(f.effect), f.effect === null ? "" : bar, f.interval ? `${signed(f.interval[0])} to ${signed(f.interval[1])}` : "–", f.n,
              f.reason ? `not tested: ${f.reason}` : f.own !== null && f.own !== undefined ? `its own part ${signed(f.own)}` : ""]};
          }));
          return el("div", null, el("p", {class: "dim", text: `${found.candidate} on ${grouped(found.examples)} examples of ${found.split}`}),
            el("h3", {text: "Lost without the change"}), found.ablation.length ? findings("parameter", found.ablation) : el("p", {class: "dim", text: "nothing was taken back"}),
            el("h3", {text: "Gained with the node's good value, the most at fault first"}), found.interchange.length ? findings("node", found.interchange) : el("p", {class: "dim", text: "no example was better with the winner, so there was nothing to interchange"}));
        }

        const toldEvents = {
          baseline: (e) => `score ${decimal(e.score)} on ${grouped(e.examples)} examples`,
          step_started: (e) => `from ${e.parent}`,
          minibatch: (e) => `score ${decimal(e.score)} on ${grouped(e.examples)} examples${e.failures ? `, ${e.failures} failed` : ""}`,
          note: (e) => `${e.note}: ${e.text}`,
          proposed: (e) => `${e.intent ? e.intent + ", " : ""}changes ${(e.changes || []).join(", ") || "nothing"}${e.rationale ? ": " + e.rationale : ""}`,
          evaluated: (e) => `${e.split} ${decimal(e.score)} on ${grouped(e.examples)} examples${e.difference !== null && e.difference !== undefined ? ` (${signed(e.difference)}${e.half_width !== null && e.half_width !== undefined ? ` ± ${decimal(e.half_width)}` : ""})` : ""}`,
          accepted: (e) => e.reason, kept: (e) => e.reason, rejected: (e) => e.reason, stopped: (e) => e.reason,
          failed: (e) => `${e.failures} of ${e.examples} failed on ${e.split}: ${e.reason}`,
          step_finished: (e) => `best ${e.best} at ${decimal(e.score)}; ${grouped(e.spend.calls)} calls so far`,
          verdict: (e) => `${e.decision}: ${(e.reasons || []).join("; ")}`,
        };
        function toldEvent(e) {
          const {event, step, candidate, ...rest} = e;
          try { if (toldEvents[event]) return toldEvents[event](e); } catch (error) { /* One that is not as expected is told field by field. */ }
          return Object.entries(rest).filter(([, v]) => v !== null && v !== "").map(([k, v]) => `${k.replaceAll("_", " ")}: ${typeof v === "object" ? JSON.stringify(v) : typeof v === "number" && !Number.isInteger(v) ? decimal(v) : v}`).join(", ");
        }
        const eventGroups = [["", "all events"], ["decisions", "decisions"], ["proposals", "proposals"], ["faults", "faults and notes"]];
        const eventGroup = {accepted: "decisions", rejected: "decisions", kept: "decisions", verdict: "decisions", stopped: "decisions", step_finished: "decisions", baseline: "decisions", proposed: "proposals", evaluated: "proposals", failed: "faults", note: "faults", alarm: "faults"};
        function eventKinds(group) { return group ? Object.keys(eventGroup).filter((kind) => eventGroup[kind] === group).join(",") : null; }
        function log(run, chosen, more) {
          const place = el("div", {class: "log", tabindex: "0", "data-scroll": "log"}, run.eventsBefore ? button(`${grouped(run.eventsBefore)} earlier`, () => more("events")) : null,
            table([{title: "step", n: true}, {title: "event"}, {title: ""}, {title: "", wide: true}], run.events.map((e) => ({class: e.event, cells: [
              e.step ?? "", e.event.replaceAll("_", " "), e.candidate ? el("a", {href: "#", text: e.candidate, onclick: (event) => { event.preventDefault(); chosen(e.candidate); }}) : "", (toldEvent(e) || "").slice(0, 600)]}))));
          const pick = el("select", {"aria-label": "Which events", onchange: (event) => { setQuery({log: event.target.value}); more(null); }}, eventGroups.map(([value, text]) => el("option", {value, text, selected: value === (address().query.get("log") || "")})));
          return [el("h2", {text: "Log"}), el("div", {class: "bar tools"}, pick), place];
        }

        """#
}
