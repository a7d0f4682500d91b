extension InspectorPage {
    /// Routes, keys and changes that others write.
    static let scriptStart = #"""
        let showing = 0;
        async function show() {
          const turn = ++showing, place = location.hash || "#/";
          // An answer that comes when another page is looked at is nobody's any more.
          const isHere = () => turn === showing;
          state.keys = state.search = state.refresh = state.waits = null;
          const focus = document.activeElement, chosen = focus && focus.tagName === "SELECT" ? focus.getAttribute("aria-label") : null;
          const {path} = address();
          try {
            if (path[0] === "trace") await showTrace(path[1], isHere);
            else if (path[0] === "run") await showRun(path[1], isHere);
            else if (path[0] === "compare") await showCompare(isHere);
            else await showHome(isHere);
            if (!isHere()) return;
            // Who chooses with the arrow keys goes on choosing.
            if (chosen && document.activeElement === document.body) main().querySelector(`select[aria-label="${CSS.escape(chosen)}"]`)?.focus();
            document.body.dataset.ready = place;
            catchUp();
          } catch (error) {
            if (!isHere()) return;
            // What others write may mend it.
            state.refresh = show;
            fill(main(), el("h1", {text: "That did not work"}), el("p", {class: "error", text: error.message}), el("p", null, el("a", {href: "#/", text: "back to the start"})));
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
          // Enter and space belong to what has the focus, and so do arrows where there is more of it than is seen.
          if (event.key === "Enter" || event.key === " ") return;
          const box = event.target;
          if (/^(Arrow|Page|Home|End)/.test(event.key) && box.matches("pre, .log, .scroll") && (box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth)) return;
          if (state.keys && state.keys(event)) event.preventDefault();
        });
        document.getElementById("help").addEventListener("click", showKeys);
        // An address is a place here, so a link to a part of the page must not be one.
        document.querySelector("a.skip").addEventListener("click", (event) => { event.preventDefault(); main().focus(); });
        window.addEventListener("hashchange", () => { window.scrollTo(0, 0); show(); });

        /** Reads anew until nothing has changed since it began to read; what waits for the reader's hand is done after. */
        async function catchUp() {
          if (state.isCatchingUp) return;
          state.isCatchingUp = true;
          try {
            while (state.isBehind && state.refresh && !(state.waits && state.waits())) {
              state.isBehind = false;
              await state.refresh();
              live("live · updated " + new Date().toLocaleTimeString());
            }
            if (state.isBehind && state.refresh) live("live · waits while text is marked or a list is open");
          } catch (error) {
            state.isBehind = true;
            live("not up to date: " + error.message);
          } finally {
            state.isCatchingUp = false;
          }
        }
        function live(text) { document.getElementById("live").textContent = state.trouble ? "not live: " + state.trouble : text; }
        function changed() { state.isBehind = true; return catchUp(); }
        function letGo() { if (state.isBehind) setTimeout(catchUp, 150); }
        document.addEventListener("selectionchange", letGo);
        // No event tells that a list is open: what opens one and what closes it is noted.
        function openList(list) { const had = state.openList; state.openList = list; if (had && !list) letGo(); }
        document.addEventListener("mousedown", (event) => { const list = event.target.closest("select"); openList(list === state.openList ? null : list); });
        document.addEventListener("keydown", (event) => {
          if (event.target.tagName !== "SELECT") return;
          if (event.key === "Escape" || event.key === "Tab") openList(null);
          else if (event.key === " " || event.key === "Enter" || event.key === "F4" || event.altKey) openList(event.target);
        }, true);
        for (const name of ["change", "focusout"]) document.addEventListener(name, () => { state.openList = null; letGo(); });

        /** A browser keeps few connections to one place: pages that nobody sees hold none. */
        function follow() {
          let source = null, waiting = null;
          function listen() {
            source = new EventSource("/events");
            // What happened before the connection stood, or while there was none, is told by nobody.
            source.addEventListener("following", () => { state.trouble = null; live("live"); changed(); });
            source.addEventListener("change", () => {
              // Many commits a second are one update.
              if (!waiting) waiting = setTimeout(() => { waiting = null; changed(); }, 400);
            });
            source.addEventListener("trouble", (event) => { state.trouble = event.data; live(""); });
            source.addEventListener("error", () => {
              if (!state.trouble) live("not connected");
              // The browser tries again by itself but for where it was refused.
              if (source && source.readyState === EventSource.CLOSED) { leave(); setTimeout(attend, 3000); }
            });
          }
          function leave() { if (source) source.close(); source = null; }
          function attend() { if (document.hidden) leave(); else if (!source) listen(); }
          document.addEventListener("visibilitychange", attend);
          attend();
        }
        show();
        follow();
        """#
}
