extension InspectorPage {
    /// The page of a trace: outline, graph, drawer.
    static let scriptTrace = #"""
        async function showTrace(id, isHere) {
          const {query} = address();
          const view = {id, open: new Set((query.get("open") || "").split(",").filter(Boolean)), unfolded: new Set(), pick: query.get("n"), node: query.get("m"),
            colour: query.get("colour") || "kind", against: query.get("against"), zoom: Number(query.get("zoom")) || 0, filter: "", rows: [], trace: null, graph: null, at: 0};
          const [trace, graph] = await Promise.all([ask("/api/trace", {id}), ask("/api/graph", {id, open: [...view.open].join(","), against: view.against})]);
          if (!isHere()) return;
          view.trace = trace;
          view.graph = graph;
          view.span = Math.max(1, trace.ns, ...trace.nodes.map((n) => n[4] + n[3]));
          document.title = safe(trace.title);
          crumbs(...(trace.run ? [el("a", {href: link(["run", trace.run]), text: trace.run})] : []), `trace ${id}`);
          view.parts = tracePanes(view);
          fillHead(view);
          fill(main(), view.parts.frame);
          drawGraph(view);
          listRows(view);
          const wanted = view.node !== null ? Number(view.node) : null;
          if (wanted !== null) pickNode(view, wanted, false);
          else if (view.pick) pickVertex(view, view.pick);
          state.keys = (event) => traceKey(view, event);
          state.refresh = () => followTrace(view);
          // A list that is open is not changed under the reader's hand.
          state.waits = () => Boolean(state.openList);
        }
        /** What others add while it is looked at: feedback, a score, runs again, other candidates on its example. */
        async function followTrace(view) {
          const pulse = await ask("/api/pulse", {id: view.id});
          const told = JSON.stringify(pulse);
          if (told === view.pulse) return;
          if (pulse.feedback !== view.trace.feedback.length || pulse.score !== view.trace.score) {
            view.trace = await ask("/api/trace", {id: view.id, fresh: 1});
            await loadGraph(view);
            const typed = view.parts.drawer.querySelector("textarea");
            // What somebody is writing is not taken away.
            if (view.drawn !== undefined && !view.parts.frame.classList.contains("nodrawer") && !(typed && (typed === document.activeElement || typed.value !== typed.defaultValue))) {
              const vertex = view.graph.vertices.find((v) => v.id === view.pick);
              if (vertex) await showDrawer(view, vertex, view.drawn);
            }
          }
          view.trace.related = pulse.related;
          fillHead(view);
          view.pulse = told;
        }

        function tracePanes(view) {
          const t = view.trace;
          const rows = el("div", {class: "rows", tabindex: "0", role: "listbox", "aria-label": "Nodes in execution order"});
          const space = el("div", {class: "space"});
          rows.append(space);
          rows.addEventListener("scroll", () => drawRows(view));
          const filter = el("input", {type: "search", placeholder: "filter nodes (/)", "aria-label": "Filter nodes",
            oninput: () => { view.filter = filter.value.toLowerCase(); listRows(view); }});
          const colour = el("select", {"aria-label": "Colour by", onchange: () => { view.colour = colour.value; setQuery({colour: colour.value}); drawGraph(view); }},
            [["kind", "colour: kind"], ["time", "colour: time"], ["cost", "colour: cost"], ["change", "colour: change"]].map(([v, text]) => el("option", {value: v, text, selected: v === view.colour})));
          const against = el("select", {"aria-label": "Compare with", onchange: async () => {
            view.against = against.value || null;
            setQuery({against: view.against});
            await loadGraph(view);
          }});
          const drawer = el("aside", {class: "pane drawer", "aria-label": "Selected node", "aria-live": "polite"});
          const canvas = el("div", {class: "canvas"});
          const note = el("span", {class: "dim", role: "status"});
          const failing = t.nodes.filter((n) => n[1] === "failure").length;
          const zoom = el("span", {class: "group"}, button("−", () => zoomBy(view, 1 / 1.25), "smaller (−)"), button("fit", () => zoomBy(view, 0), "as large as there is room (0)"), button("+", () => zoomBy(view, 1.25), "larger (+)"));
          const tools = el("div", {class: "tools bar"}, colour, against, zoom,
            button("fold all", () => { view.open.clear(); openChanged(view); }, "c"),
            failing ? button(`next failure (${failing})`, () => nextFailure(view), "f") : null,
            exportsMenu({trace: view.id}, ["html", "svg", "dot", "mermaid", "chrome", "otlp-json", "otlp-protobuf", "tgj", "json", "jsonl", "csv", "markdown", "junit"]), note);
          const head = el("div", {class: "head"});
          const frame = el("div", {class: "trace nodrawer"},
            el("nav", {class: "pane outline", "aria-label": "Outline"}, el("div", {class: "tools"}, filter), rows),
            el("section", {class: "pane middle", "aria-label": "Graph"}, head, tools, canvas), drawer);
          return {frame, rows, space, filter, drawer, canvas, note, against, head};
        }
        function fillHead(view) {
          const t = view.trace;
          const words = {original: "what it was run again on", replay: "run again", candidate: "other candidate"};
          fill(view.parts.head, el("h1", null, el("span", {dir: "auto", text: t.title}), " ", badge(t.outcome)), el("p", {class: "facts", text: t.facts.join(" · ")}),
            t.feedback.filter((f) => f.text).slice(0, 3).map((f) => el("p", {class: "said", dir: "auto", text: f.text.slice(0, 300)})));
          const {against} = view.parts;
          const known = t.related.some((s) => String(s.id) === view.against);
          fill(against, el("option", {value: "", text: t.related.length || view.against ? "compare with …" : "nothing to compare with"}),
            view.against && !known ? el("option", {value: view.against, text: `trace ${view.against}`, selected: true}) : null,
            t.related.map((s) => el("option", {value: s.id, text: `trace ${s.id}, ${words[s.relation]}: ${s.candidate}, score ${decimal(s.score)}`, selected: String(s.id) === view.against})));
        }

        async function loadGraph(view) {
          const asked = view.graphAsked = (view.graphAsked || 0) + 1;
          const graph = await ask("/api/graph", {id: view.id, open: [...view.open].join(","), against: view.against});
          // The answer to an earlier question must not stand over the one to a later.
          if (asked !== view.graphAsked) return;
          view.graph = graph;
          listRows(view);
          // What was folded may be a shape of its own now.
          if (view.node !== null && view.vertexOf.has(Number(view.node))) view.pick = view.vertexOf.get(Number(view.node));
          drawGraph(view);
        }
        async function openChanged(view) {
          setQuery({open: [...view.open].join(",")});
          await loadGraph(view);
        }
        async function toggle(view, id) {
          if (view.open.has(id)) view.open.delete(id); else view.open.add(id);
          await openChanged(view);
        }

        function drawGraph(view) {
          const svg = drawing(view.graph.svg);
          svg.classList.add("by-" + view.colour);
          for (const g of svg.querySelectorAll(".vertex")) {
            g.setAttribute("tabindex", "0");
            g.setAttribute("role", "button");
            g.setAttribute("aria-label", g.querySelector("title").textContent);
            g.addEventListener("click", () => pickVertex(view, g.dataset.id));
            g.addEventListener("dblclick", () => { if (g.dataset.opens) toggle(view, g.dataset.id); });
            g.addEventListener("keydown", (event) => {
              if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pickVertex(view, g.dataset.id); }
            });
          }
          fill(view.parts.canvas, svg);
          svg.dataset.width = svg.getAttribute("width");
          svg.dataset.height = svg.getAttribute("height");
          fit(view);
          const d = view.graph.diff;
          view.parts.note.textContent = d ? `${d.same} the same, ${d.changed} changed, ${d.added} added, ${d.removed} removed` : `${view.graph.vertices.length} shapes for ${grouped(view.trace.nodes.length)} nodes`;
          mark(view);
        }
        /** A little too wide is made to fit; much too wide is for scrolling. */
        function fit(view) {
          const svg = view.parts.canvas.querySelector("svg");
          if (!svg || !svg.dataset.width) return;
          const room = view.parts.canvas.clientWidth - 8, width = Number(svg.dataset.width);
          const scale = view.zoom || (room > 200 && width > room ? Math.max(0.62, room / width) : room > width * 1.15 ? Math.min(1.3, room / width) : 1);
          view.scale = scale;
          svg.setAttribute("width", width * scale);
          svg.setAttribute("height", Number(svg.dataset.height) * scale);
        }
        function zoomBy(view, factor) {
          view.zoom = factor ? Math.min(4, Math.max(0.2, (view.scale || 1) * factor)) : 0;
          setQuery({zoom: view.zoom ? view.zoom.toFixed(2) : null});
          fit(view);
        }
        function mark(view) {
          const svg = view.parts.canvas.querySelector("svg");
          if (!svg) return;
          for (const old of svg.querySelectorAll(".pick, .near")) old.classList.remove("pick", "near");
          fit(view);
          const chosen = view.pick && svg.querySelector("#v-" + CSS.escape(view.pick));
          if (!chosen) return;
          chosen.classList.add("pick");
          const pane = view.parts.canvas.parentElement, box = chosen.getBoundingClientRect(), frame = pane.getBoundingClientRect();
          if (box.left < frame.left || box.right > frame.right) pane.scrollLeft += box.left - frame.left - frame.width / 2 + box.width / 2;
          if (box.top < frame.top + 60 || box.bottom > frame.bottom) pane.scrollTop += box.top - frame.top - frame.height / 2 + box.height / 2;
          for (const edge of svg.querySelectorAll(".edge")) if (edge.dataset.from === view.pick || edge.dataset.to === view.pick) edge.classList.add("near");
        }

        /** Rows of the outline: a vertex each, with the members of those that are unfolded; only those in sight are drawn. */
        function listRows(view) {
          const rows = [];
          const nodes = view.trace.nodes;
          view.vertexOf = new Map();
          for (const vertex of view.graph.vertices) {
            const members = [];
            if (vertex.change !== "removed") for (let i = 0; i < vertex.members.length; i += 2) for (let n = vertex.members[i]; n <= vertex.members[i + 1]; n++) { members.push(n); view.vertexOf.set(n, vertex.id); }
            const matching = view.filter ? members.filter((n) => nodes[n][0].toLowerCase().includes(view.filter) || view.trace.operations[nodes[n][2]]?.toLowerCase().includes(view.filter)) : members;
            if (view.filter && !matching.length) continue;
            rows.push({vertex, only: members.length === 1 ? members[0] : null});
            if (members.length > 1 && (view.unfolded.has(vertex.id) || view.filter)) for (const n of matching) rows.push({vertex, member: n});
          }
          view.rows = rows;
          // Rows have moved: what is picked stays picked.
          const node = view.node === null ? null : Number(view.node);
          const at = rows.findIndex((r) => node !== null ? r.member === node || r.only === node : r.vertex.id === view.pick && r.member === undefined);
          if (at >= 0) view.at = at;
          view.parts.space.style.setProperty("height", rows.length * 24 + "px");
          drawRows(view);
        }
        function drawRows(view) {
          const {rows, space} = view.parts;
          const first = Math.max(0, Math.floor(rows.scrollTop / 24) - 8);
          const last = Math.min(view.rows.length, first + Math.ceil((rows.clientHeight || 600) / 24) + 16);
          const drawn = [];
          for (let i = first; i < last; i++) drawn.push(drawRow(view, i));
          fill(space, drawn);
          const picked = space.querySelector(".row.pick");
          if (picked) rows.setAttribute("aria-activedescendant", picked.id); else rows.removeAttribute("aria-activedescendant");
        }
        function drawRow(view, i) {
          const row = view.rows[i];
          const nodes = view.trace.nodes;
          const v = row.vertex;
          const index = row.member ?? row.only;
          const failed = index !== null && index !== undefined ? nodes[index][1] === "failure" : v.failures > 0;
          const sign = v.change === "removed" ? "−" : failed ? "✗" : v.shape === "parameter" ? "◆" : v.shape === "value" ? "○" : "■";
          const isPick = view.at === i;
          const line = el("div", {id: "row-" + i, class: ["row", row.member !== undefined ? "member" : "", failed ? "bad" : "", isPick ? "pick" : ""].join(" "), role: "option", "aria-selected": isPick ? "true" : "false",
            onclick: () => { view.at = i; choose(view, row); }});
          line.style.setProperty("top", i * 24 + "px");
          if (row.member === undefined && v.count > 1 || row.member === undefined && row.only === null && v.change !== "removed") line.append(el("button", {class: "fold", type: "button", "aria-label": view.unfolded.has(v.id) ? "fold" : "unfold", text: view.unfolded.has(v.id) ? "▾" : "▸",
            onclick: (event) => { event.stopPropagation(); if (view.unfolded.has(v.id)) view.unfolded.delete(v.id); else view.unfolded.add(v.id); listRows(view); }}));
          const change = v.change && row.member === undefined ? (v.change === "added" ? " +" : v.change === "changed" ? " ≠" : "") : "";
          line.append(safe(`${sign} ${row.member !== undefined ? nodes[row.member][0] : v.title}${row.member === undefined && v.count > 1 ? " ×" + v.count : ""}${change}`));
          const ns = index !== null && index !== undefined ? nodes[index][3] : v.ns;
          const [from, took] = index !== null && index !== undefined ? [nodes[index][4], nodes[index][3]] : [v.start, v.ns];
          if (took > 0) {
            const bar = el("span", {class: "time", title: time(took)}), fill = el("i");
            fill.style.setProperty("left", Math.min(98, 100 * from / view.span) + "%");
            fill.style.setProperty("width", Math.max(2, Math.min(100 - 100 * from / view.span, 100 * took / view.span)) + "%");
            bar.append(fill);
            line.prepend(bar);
          }
          line.append(el("span", {class: "t", text: (ns ? time(ns) : "") + (index !== null && index !== undefined && nodes[index][5] || row.member === undefined && v.said ? " · feedback" : "")}));
          return line;
        }
        function choose(view, row) {
          if (row.member !== undefined) pickNode(view, row.member, true);
          else pickVertex(view, row.vertex.id);
        }
        function pickVertex(view, id) {
          const vertex = view.graph.vertices.find((v) => v.id === id);
          if (!vertex) return;
          view.pick = id;
          view.node = null;
          setQuery({n: id, m: null});
          const at = view.rows.findIndex((r) => r.vertex.id === id && r.member === undefined);
          if (at >= 0) { view.at = at; reveal(view); }
          view.parts.frame.classList.remove("nodrawer");
          mark(view);
          if (vertex.change === "removed") return showRemoved(view, vertex);
          // The last member of a composite operation is its result.
          const index = vertex.count > 1 ? vertex.members[0] : vertex.members[vertex.members.length - 1];
          showDrawer(view, vertex, index);
        }
        function pickNode(view, index, keepsRow) {
          const id = view.vertexOf.get(index);
          const vertex = view.graph.vertices.find((v) => v.id === id);
          if (!vertex) return;
          view.pick = id;
          view.node = String(index);
          setQuery({n: id, m: index});
          if (!keepsRow) {
            if (vertex.members.length > 2 || vertex.members[0] !== vertex.members[1]) view.unfolded.add(id);
            listRows(view);
            view.at = Math.max(0, view.rows.findIndex((r) => r.member === index || r.only === index));
          }
          reveal(view);
          view.parts.frame.classList.remove("nodrawer");
          mark(view);
          showDrawer(view, vertex, index);
        }
        function reveal(view) {
          const {rows} = view.parts;
          const top = view.at * 24;
          if (top < rows.scrollTop || top + 24 > rows.scrollTop + rows.clientHeight) rows.scrollTop = Math.max(0, top - rows.clientHeight / 2);
          drawRows(view);
        }
        function nextFailure(view) {
          const nodes = view.trace.nodes;
          const from = view.node !== null ? Number(view.node) : -1;
          for (let step = 1; step <= nodes.length; step++) {
            const index = (from + step) % nodes.length;
            if (nodes[index][1] === "failure") return pickNode(view, index, false);
          }
        }
        function traceKey(view, event) {
          const move = (by) => {
            // The first step is to the row that is marked already.
            const step = view.pick === null && Math.abs(by) === 1 ? 0 : by;
            view.at = Math.min(view.rows.length - 1, Math.max(0, view.at + step));
            if (view.rows.length) choose(view, view.rows[view.at]);
            reveal(view);
          };
          switch (event.key) {
            case "ArrowDown": case "j": move(1); break;
            case "ArrowUp": case "k": move(-1); break;
            case "PageDown": move(20); break;
            case "PageUp": move(-20); break;
            case "ArrowRight": if (view.rows[view.at]) { view.unfolded.add(view.rows[view.at].vertex.id); listRows(view); } break;
            case "ArrowLeft": if (view.rows[view.at]) { view.unfolded.delete(view.rows[view.at].vertex.id); listRows(view); } break;
            case "o": if (view.pick && (view.open.has(view.pick) || view.graph.vertices.find((v) => v.id === view.pick)?.opens)) toggle(view, view.pick); break;
            case "+": case "=": zoomBy(view, 1.25); break;
            case "-": zoomBy(view, 1 / 1.25); break;
            case "0": zoomBy(view, 0); break;
            case "c": view.open.clear(); openChanged(view); break;
            case "f": nextFailure(view); break;
            case "/": view.parts.filter.focus(); break;
            case "r": { const place = view.parts.drawer.querySelector("textarea"); if (place) place.focus(); break; }
            case "Home": move(-view.rows.length); break;
            case "End": move(view.rows.length); break;
            case "Escape": view.parts.frame.classList.add("nodrawer"); view.parts.rows.focus(); break;
            default: return false;
          }
          return true;
        }

        """#
}
