extension InspectorPage {
    /// Routes, keys and changes that others write.
    static let scriptStart = #"""
        let showing = 0;
        async function show() {
          const turn = ++showing;
          state.keys = null;
          state.search = null;
          state.refresh = show;
          const {path} = address();
          try {
            if (path[0] === "trace") await showTrace(path[1]);
            else if (path[0] === "run") await showRun(path[1]);
            else if (path[0] === "compare") await showCompare();
            else await showHome();
            if (turn === showing) document.body.dataset.ready = location.hash || "#/";
          } catch (error) {
            if (turn === showing) fill(main(), el("h1", {text: "That did not work"}), el("p", {class: "error", text: error.message}), el("p", null, el("a", {href: "#/", text: "back to the start"})));
          }
        }

        const keys = [["j, k, ↓, ↑", "next, previous node, row, candidate or example"], ["Enter", "open the row"], ["→, ←", "unfold, fold a row"], ["+, −, 0", "larger, smaller, fit"], ["r", "change the value and replay"], ["o", "open or fold the shape in the graph"], ["c", "fold everything"], ["f", "next failure"], ["/", "search, filter"], ["Esc", "close the drawer"], ["g", "start page"], ["?", "this list"]];
        function showKeys() {
          const dialog = document.getElementById("keys");
          fill(dialog, el("h2", {text: "Keys"}), table([{title: "key"}, {title: "what it does"}], keys.map(([key, what]) => ({cells: [el("kbd", {text: key}), what]}))), button("close", () => dialog.close()));
          dialog.showModal();
        }
        document.addEventListener("keydown", (event) => {
          if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
          const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
          if (typing) { if (event.key === "Escape") event.target.blur(); return; }
          if (event.key === "?") { showKeys(); event.preventDefault(); return; }
          if (event.key === "g") { location.hash = "#/"; return; }
          if (event.key === "/" && state.search) { state.search.focus(); event.preventDefault(); return; }
          // Enter and space belong to what has the focus.
          if (event.key === "Enter" || event.key === " ") return;
          if (state.keys && state.keys(event)) event.preventDefault();
        });
        document.getElementById("help").addEventListener("click", showKeys);
        window.addEventListener("hashchange", () => { window.scrollTo(0, 0); show(); });

        function follow() {
          const live = document.getElementById("live");
          const source = new EventSource("/events");
          let waiting = null, turn = Promise.resolve();
          source.addEventListener("open", () => { live.textContent = "live"; });
          source.addEventListener("error", () => { live.textContent = "not connected"; });
          source.addEventListener("change", () => {
            // Many commits a second are one update.
            if (waiting) return;
            waiting = setTimeout(() => {
              waiting = null;
              live.textContent = "live · updated " + new Date().toLocaleTimeString();
              if (document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
              // One after the other: an answer that was slow must not stand over a newer one.
              turn = turn.then(async () => {
                if (state.refresh) try { await state.refresh(); document.body.dataset.updates = Number(document.body.dataset.updates || 0) + 1; } catch (error) { live.textContent = error.message; }
              });
            }, 400);
          });
        }
        show();
        follow();
        """#
}
