extension InspectorPage {
    /// What several aims come to, and the preferences a run found.
    static let scriptFronts = #"""
        function svgEl(tag, props, ...kids) {
          const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
          for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
          node.append(...kids);
          return node;
        }
        function amount(number) { return (Math.abs(number) >= 100 ? grouped(number) : decimal(number, Math.abs(number) < 10 ? 3 : 1)).replace("-", "−"); }
        /** Candidates by two of their aims; what none beats is joined by steps, and what it reaches beyond the reference is shaded. */
        function frontPlot(front, across, up, chosen) {
          const points = front.points.map((p) => ({id: p.candidate, x: p.means[across], y: p.means[up]}));
          const members = new Set(front.members.map((m) => m.candidate));
          const ref = front.reference ? {x: front.reference[across], y: front.reference[up]} : null;
          const [w, h, l, b] = [520, 240, 52, 34];
          const range = (values) => { const lo = Math.min(...values), hi = Math.max(...values), pad = (hi - lo || Math.abs(hi) || 1) * 0.06; return [lo - pad, hi + pad]; };
          const [x0, x1] = range([...points.map((p) => p.x), ...(ref ? [ref.x] : [])]), [y0, y1] = range([...points.map((p) => p.y), ...(ref ? [ref.y] : [])]);
          const px = (x) => l + (x - x0) / (x1 - x0) * (w - l - 16), py = (y) => 12 + (y1 - y) / (y1 - y0) * (h - b - 12);
          const text = (x, y, content, anchor) => { const t = svgEl("text", {x, y, class: "caption", "text-anchor": anchor || "start"}); t.textContent = content; return t; };
          const signs = {maximize: "more is better", minimize: "less is better"};
          const svg = svgEl("svg", {class: "graph history front", width: w, height: h, viewBox: `0 0 ${w} ${h}`, role: "img", "aria-label": `${front.metrics[up]} against ${front.metrics[across]}`});
          svg.append(svgEl("g", {class: "grid"}, svgEl("path", {d: `M${l} 12V${h - b}H${w - 16}`})), text(l - 6, 20, amount(y1), "end"), text(l - 6, h - b, amount(y0), "end"),
            text(l, h - 8, amount(x0)), text(w - 16, h - 8, `${amount(x1)}  ${front.metrics[across]}`, "end"));
          const turn = front.directions[across] === "maximize" ? 1 : -1;
          const steps = points.filter((p) => members.has(p.id)).sort((p, q) => turn * (p.x - q.x) || (front.directions[up] === "maximize" ? p.y - q.y : q.y - p.y));
          const isPlane = front.metrics.length === 2;
          if (isPlane && ref && steps.length) {
            const at = (x, y) => `${px(x).toFixed(1)} ${py(y).toFixed(1)}`;
            const edge = steps.flatMap((p, i) => [at(p.x, p.y), at(p.x, i + 1 < steps.length ? steps[i + 1].y : ref.y)]);
            svg.append(svgEl("path", {class: "volume", d: `M${at(ref.x, ref.y)}L${at(ref.x, steps[0].y)}L${edge.join("L")}Z`}),
              svgEl("g", {class: "edge many"}, svgEl("path", {d: `M${at(ref.x, steps[0].y)}L${edge.join("L")}`})));
          }
          // Of very many, those that others beat are marks without names.
          const labels = [], marks = [], isCrowded = points.length > 300;
          let others = "";
          for (const p of [...points].sort((p, q) => members.has(q.id) - members.has(p.id))) {
            const isFront = members.has(p.id);
            if (isCrowded && !isFront) { others += `M${px(p.x).toFixed(1)} ${py(p.y).toFixed(1)}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`; continue; }
            const g = svgEl("g", {class: "point vertex " + (isFront ? "parameter" : "value"), "data-candidate": p.id, tabindex: points.length > 60 ? "-1" : "0", role: "button"},
              svgEl("rect", {class: "outline", x: px(p.x) - 5, y: py(p.y) - 5, width: 10, height: 10, rx: isFront ? 0 : 5}));
            // A name that would lie on another one is told by the point's title alone.
            const [tx, ty] = [px(p.x) + 8, py(p.y) - 6];
            if (labels.length < 60 && !labels.some(([x, y]) => Math.abs(x - tx) < 26 && Math.abs(y - ty) < 11)) { g.append(text(tx, ty, p.id)); labels.push([tx, ty]); }
            const title = svgEl("title", {});
            title.textContent = `${p.id}: ${front.metrics[up]} ${amount(p.y)}, ${front.metrics[across]} ${amount(p.x)}${isFront ? ", beaten by none" : ""}`;
            g.prepend(title);
            g.setAttribute("aria-label", title.textContent);
            g.addEventListener("click", () => chosen(p.id));
            g.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); chosen(p.id); } });
            marks.push(g);
          }
          // What is beaten by none has its name first, and lies above the others.
          if (others) svg.append(svgEl("g", {class: "edge"}, svgEl("path", {d: others})));
          svg.append(...marks.reverse());
          const names = front.members.map((m) => m.candidate);
          const told = [`■ beaten by none: ${names.slice(0, 20).join(", ")}${names.length > 20 ? ` and ${names.length - 20} more` : ""}`];
          if (front.hypervolume !== null && front.hypervolume !== undefined) told.push(`hypervolume ${amount(front.hypervolume)} beyond ${front.metrics.map((name, i) => `${name} ${amount(front.reference[i])}`).join(", ")}${isPlane ? " (shaded)" : ""}`);
          return el("div", null, el("div", {class: "scroll"}, svg), el("p", {class: "dim", text: `${front.metrics[up]}, ${signs[front.directions[up]]}; ${front.metrics[across]}, ${signs[front.directions[across]]}`}), told.map((text) => el("p", {class: "dim", text})));
        }
        function aims(front, chosen) {
          const columns = [{title: "front"}, ...front.metrics.map((name, i) => ({title: `${name} ${front.directions[i] === "maximize" ? "↑" : "↓"}`, n: true}))];
          const rows = front.members.slice(0, 60).map((m) => ({cells: [el("a", {href: "#", text: m.candidate, onclick: (event) => { event.preventDefault(); chosen(m.candidate); }}), ...front.metrics.map((name) => amount(m.means[name]))]}));
          return el("div", {class: "cols"}, el("section", null, frontPlot(front, 1, 0, chosen)), el("section", null, table(columns, rows), el("p", {class: "dim", text: `${counted(front.members.length, "candidate")} of ${grouped(front.candidates)} on the front`})));
        }
        function preferences(run) {
          if (!run.preferences.length) return null;
          const rows = run.preferences.map((p) => ({cells: [p.step, el("a", {href: link([], {run: run.run, example: p.example}), text: p.example}), p.node, el("span", {class: tone(p.lift), text: signed(p.lift)}),
            el("details", null, el("summary", {dir: "auto", text: p.hint || "without words"}), el("h3", {text: "prompt"}), el("pre", {dir: "auto", text: p.prompt}), el("h3", {text: "rejected → chosen"}), words(p.pieces))]}));
          return [el("h2", {text: "Preferences"}), el("p", {class: "dim"}, "where a hint made a run go on better; for training: ", el("code", {text: `optrace runs preferences ${run.run}`})),
            table([{title: "step", n: true}, {title: "example"}, {title: "node"}, {title: "lift", n: true}, {title: "hint, prompt, rejected and chosen", wide: true}], rows)];
        }

        """#
}
