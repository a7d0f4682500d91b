extension InspectorPage {
    /// What is told of the node that is picked.
    static let scriptDrawer = #"""
        async function showDrawer(view, vertex, index) {
          const {frame, drawer} = view.parts;
          frame.classList.remove("nodrawer");
          const asked = view.asked = (view.asked || 0) + 1;
          let node;
          try { node = await ask("/api/node", {id: view.id, node: index}); } catch (error) { if (asked === view.asked) fill(drawer, el("p", {class: "error", text: error.message})); return; }
          if (asked !== view.asked) return;
          view.drawn = index;
          drawer.dataset.node = index;
          const parts = [el("h1", null, el("span", {dir: "auto", text: node.name}), button("×", () => frame.classList.add("nodrawer"), "close (Esc)"))];
          const facts = [node.operation ? `${node.operation}()` : node.kind, node.valueKind, ...(node.operation ? [time(node.ns)] : []), ...(node.location ? [node.location] : []), ...(node.scope ? [`in ${node.scope}`] : [])];
          parts.push(el("p", {class: "facts", dir: "auto", text: facts.join(" · ")}));
          if (vertex.count > 1) parts.push(el("p", null, `one of ${grouped(vertex.count)} `, vertex.opens || view.open.has(vertex.id) ? button(view.open.has(vertex.id) ? "fold" : "open in the graph", () => toggle(view, vertex.id), "o") : null));
          else if (vertex.opens || view.open.has(vertex.id)) parts.push(el("p", null, button("open what is inside", () => toggle(view, vertex.id), "o")));
          if (node.documentation) parts.push(el("p", {dir: "auto", text: node.documentation}));
          parts.push(el("h2", {class: "line"}, node.kind === "failure" ? "Failure" : "Value", copier(() => node.value.text)), value(node.value));
          for (const item of node.feedback) {
            parts.push(el("h2", {text: "Feedback"}), el("p", {text: Object.entries(item.scores).map(([name, score]) => `${name} ${decimal(score)}`).join(", ")}));
            if (item.text) parts.push(el("pre", {dir: "auto", text: item.text}));
          }
          if (node.inputs.length) {
            parts.push(el("h2", {text: `Inputs${node.inputCount > node.inputs.length ? ` (${node.inputs.length} of ${grouped(node.inputCount)})` : ""}`}));
            parts.push(el("dl", {class: "inputs"}, node.inputs.map((i) => [el("dt", {dir: "auto"}, i.name, " ← ",
              el("a", {href: link(["trace", view.id], {m: i.index}), text: i.node, onclick: (event) => { event.preventDefault(); pickNode(view, i.index, false); }})), el("dd", {dir: "auto", text: i.excerpt})])));
          }
          for (const call of node.calls) parts.push(...showCall(call));
          if (node.history && node.history.length) parts.push(...showHistory(node.history));
          parts.push(...showReplay(view, node));
          fill(drawer, parts);
          drawer.scrollTop = 0;
        }
        function showRemoved(view, vertex) {
          view.parts.frame.classList.remove("nodrawer");
          fill(view.parts.drawer, el("h1", {text: vertex.title}), el("p", {class: "facts", text: `only in trace ${view.against}`}),
            el("p", null, el("a", {href: link(["trace", view.against], {m: vertex.members[0]}), text: "see it there"})));
        }
        function showCall(call) {
          const facts = `${call.prompt} + ${call.completion} tokens · ${dollars(call.cost)} · ${time(call.ns)}${call.cached ? " · from the cache" : ""}${call.cut ? " · cut at its limit" : ""}`;
          const parts = [el("h2", {text: `Model call: ${call.model}`}), el("p", {class: "facts", text: facts})];
          if (!call.request) return [...parts, el("p", {class: "dim", text: "the reply was not kept"})];
          for (const message of call.messages) parts.push(el("h3", {text: message.role}), value(message.content));
          parts.push(el("h3", {class: "line"}, "reply", copier(() => call.reply.text)), value(call.reply));
          parts.push(el("details", null, el("summary", {text: "the request exactly as sent"}), copier(() => call.request.text), value(call.request)));
          return parts;
        }
        function showHistory(history) {
          return [el("h2", {text: "History of this parameter"}), ...history.flatMap((h) => [
            el("h3", {text: `${h.candidate}${h.step !== null ? `, step ${h.step}` : ""}${h.score !== null ? `, validation ${decimal(h.score)}` : ""}`}),
            el("p", {class: "dim", dir: "auto", text: h.fate}), h.rationale ? el("p", {dir: "auto", text: h.rationale}) : null, words(h.pieces)])];
        }
        function showReplay(view, node) {
          const r = node.replay;
          if (!r.operations) return [el("p", {class: "dim", text: "Nothing was made from this value: there is nothing to run again from here."})];
          const estimate = `${grouped(r.operations)} ${r.operations === 1 ? "operation runs" : "operations run"} again: about ${counted(r.calls, "call")}, ${counted(r.tokens, "token")}, ${dollars(r.cost)}, ${time(r.ns)}. Everything else is taken from this trace at no cost.`;
          const parts = [el("h2", {text: "Change this value and replay from here"}), el("p", {class: "estimate", text: estimate})];
          if (!view.trace.canReplay) return [...parts, el("p", {class: "dim", text: "to run it from this page, open it with: optrace view --workflow FILE"})];
          // What is left out here would be left out of the new value too.
          if (node.value.omitted) return [...parts, el("p", {class: "dim"}, "this value is too long to be changed here; from a file it is: ", el("code", {text: `optrace replay ${view.id} --set ${node.name}=@FILE`}))];
          const text = el("textarea", {"aria-label": "New value", spellcheck: "false"});
          text.defaultValue = node.value.raw ?? node.value.text;
          const said = el("p", {role: "status"});
          const go = button("replay", async () => {
            go.disabled = true;
            said.textContent = "running …";
            try {
              const answer = await ask("/api/replay", null, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({trace: Number(view.id), node: node.index, value: text.value})});
              // Whoever has gone on to another page stays there.
              if (view.parts.frame.isConnected) location.hash = link(["trace", answer.trace], {against: view.id, colour: "change"});
            } catch (error) { said.className = "error"; said.textContent = error.message; go.disabled = false; }
          });
          return [...parts, text, el("div", {class: "bar"}, go), said];
        }

        """#
}
