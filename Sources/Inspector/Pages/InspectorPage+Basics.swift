extension InspectorPage {
    /// Elements, requests, addresses. Everything recorded goes through `textContent` or, for drawings the server made,
    /// through an XML parser that runs nothing; never through `innerHTML`. What would turn the reading direction is a sign.
    static let scriptBasics = #"""
        "use strict";
        const state = {route: "", leave: null, selected: null, whole: new Set()};

        /** Text with what a reader's program obeys, rather than shows, made visible: control characters, and marks that turn the reading direction. */
        function safe(text) {
          return String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (sign) => sign < " " ? String.fromCharCode(0x2400 + sign.charCodeAt(0)) : "\ufffd");
        }
        function el(tag, props, ...kids) {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(props || {})) {
            if (value === null || value === undefined || value === false) continue;
            if (name === "class") node.className = value;
            else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
            else if (name === "text") node.textContent = safe(value);
            else if (name === "title" || name === "aria-label") node.setAttribute(name, safe(value));
            else node.setAttribute(name, value === true ? "" : String(value));
          }
          for (const kid of kids.flat(Infinity)) if (kid !== null && kid !== undefined) node.append(kid instanceof Node ? kid : safe(kid));
          return node;
        }
        function fill(node, ...kids) { node.replaceChildren(...kids.flat(Infinity).filter((k) => k !== null && k !== undefined)); return node; }
        const main = () => document.getElementById("main");

        async function ask(path, query, options) {
          const address = new URL(path, location.origin);
          for (const [name, value] of Object.entries(query || {})) if (value !== null && value !== undefined && value !== "") address.searchParams.set(name, value);
          const answer = await fetch(address, options);
          const body = await answer.json().catch(() => ({error: "the answer was cut short"}));
          if (!answer.ok) throw new Error(body.error || answer.statusText);
          return body;
        }

        /** The address is the state: `#/trace/12?n=n4&open=f2,s0`. */
        function address() {
          const text = location.hash.slice(1) || "/";
          const at = text.indexOf("?");
          const path = (at < 0 ? text : text.slice(0, at)).split("/").filter(Boolean).map(decodeURIComponent);
          return {path, query: new URLSearchParams(at < 0 ? "" : text.slice(at + 1))};
        }
        function link(path, query) {
          const search = new URLSearchParams();
          for (const [name, value] of Object.entries(query || {})) if (value !== null && value !== undefined && value !== "") search.set(name, value);
          const text = search.toString();
          return "#/" + path.map(encodeURIComponent).join("/") + (text ? "?" + text : "");
        }
        /** Changes the query of the address without leaving the page or filling the history. */
        function setQuery(changes) {
          const {path, query} = address();
          for (const [name, value] of Object.entries(changes)) if (value === null || value === "") query.delete(name); else query.set(name, value);
          history.replaceState(null, "", link(path, Object.fromEntries(query)));
        }

        function decimal(number, places = 3) { return number === null || number === undefined || !isFinite(number) ? "–" : number.toFixed(places); }
        function signed(number) { return (number > 0 ? "+" : number < 0 ? "−" : "±") + Math.abs(number).toFixed(3); }
        function grouped(number) { return number === null || number === undefined ? "–" : Math.round(number).toLocaleString("en"); }
        function counted(number, noun) { return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`; }
        function dollars(number) { return number === null || number === undefined ? "$?" : "$" + (number !== 0 && number < 0.01 ? number.toFixed(6) : number.toFixed(2)); }
        function time(ns) {
          if (ns === null || ns === undefined) return "–";
          if (ns < 1e3) return Math.round(ns) + " ns";
          if (ns < 1e6) return (ns / 1e3).toFixed(0) + " µs";
          if (ns < 1e9) return (ns / 1e6).toFixed(ns < 1e7 ? 1 : 0) + " ms";
          return ns < 6e10 ? (ns / 1e9).toFixed(1) + " s" : (ns / 6e10).toFixed(1) + " min";
        }

        /** How long ago, in the largest unit that is not zero. */
        function ago(seconds) {
          const past = Math.max(0, Date.now() / 1000 - seconds);
          const unit = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([size]) => past >= size) || [1, "s"];
          return Math.floor(past / unit[0]) + " " + unit[1] + " ago";
        }
        function moment(seconds) { return el("time", {title: new Date(seconds * 1000).toISOString(), text: ago(seconds)}); }
        /** Signs besides colours: a badge reads the same in black and white. */
        function badge(word) {
          const signs = {promote: "✓", keep: "✗", inconclusive: "?", completed: "✓", failed: "✗", cancelled: "–", running: "…"};
          return el("span", {class: "badge " + word, text: (signs[word] ? signs[word] + " " : "") + word});
        }

        /** A column may have `by`, the name it is sorted by, with `sort: {by, ascends, change}` in the options. */
        function table(columns, rows, options = {}) {
          const {sort} = options;
          const head = el("tr", null, columns.map((c) => {
            const isSorted = sort && c.by && sort.by === c.by;
            const title = sort && c.by ? el("button", {type: "button", class: "sort", onclick: () => sort.change(c.by), text: c.title + (isSorted ? (sort.ascends ? " ▲" : " ▼") : "")}) : c.title;
            return el("th", {class: c.n ? "n" : null, scope: "col", "aria-sort": isSorted ? (sort.ascends ? "ascending" : "descending") : null}, title);
          }));
          const body = rows.map((row) => el("tr", {class: row.class || null, "data-key": row.key ?? null}, row.cells.map((cell, i) => {
            const td = el("td", {class: [columns[i].n ? "n" : "", columns[i].wide ? "wide" : "", columns[i].short ? "short" : ""].join(" ").trim() || null, dir: "auto"});
            td.append(cell instanceof Node ? cell : safe(cell === null || cell === undefined ? "–" : cell));
            if (columns[i].short && typeof cell === "string") td.title = safe(cell);
            return td;
          })));
          return el("div", {class: "scroll"}, el("table", null, el("thead", null, head), el("tbody", null, body)));
        }
        /** j and k, or the arrows, go from row to row of what is listed; Enter opens, as on any link. */
        function rowKeys(event) {
          const step = {j: 1, ArrowDown: 1, k: -1, ArrowUp: -1}[event.key];
          if (!step) return false;
          const links = [...document.querySelectorAll("main tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
          if (!links.length) return false;
          const row = document.activeElement && document.activeElement.closest("tr");
          const at = links.findIndex((one) => row && one.closest("tr") === row);
          links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))].focus();
          return true;
        }
        /** Fills `node` as `change` does, with scrolled parts and the focus left where they were. */
        function refilled(node, change) {
          const places = [...node.querySelectorAll("[data-scroll]")].map((one) => [one.dataset.scroll, one.scrollTop, one.scrollLeft]);
          const [x, y] = [window.scrollX, window.scrollY];
          const focus = document.activeElement;
          const row = focus && focus.closest && focus.closest("[data-key]");
          const mark = row && node.contains(row) ? row.dataset.key : null;
          const name = focus && node.contains(focus) && focus.dataset ? focus.dataset.id : null;
          const label = focus && node.contains(focus) && /^(SELECT|INPUT)$/.test(focus.tagName) ? focus.getAttribute("aria-label") : null;
          change();
          for (const [name, top, left] of places) {
            const one = node.querySelector(`[data-scroll="${CSS.escape(name)}"]`);
            if (one) { one.scrollTop = top; one.scrollLeft = left; }
          }
          const again = label ? node.querySelector(`[aria-label="${CSS.escape(label)}"]`) : mark !== null ? node.querySelector(`[data-key="${CSS.escape(mark)}"] a`) : name ? node.querySelector(`[data-id="${CSS.escape(name)}"]`) : null;
          if (again) again.focus({preventScroll: true});
          window.scrollTo(x, y);
        }
        /** Whether the reader has hold of something that drawing anew would take away. */
        function isHeld() {
          return !window.getSelection().isCollapsed || Boolean(state.openList);
        }
        function copier(text) {
          return button("copy", async (event) => {
            const pressed = event.currentTarget;
            try { await navigator.clipboard.writeText(text()); pressed.textContent = "copied"; } catch (error) { pressed.textContent = "not allowed"; }
            setTimeout(() => { pressed.textContent = "copy"; }, 1500);
          }, "copy to the clipboard");
        }
        function words(pieces) {
          return el("pre", {dir: "auto", class: "words"}, pieces.map(([kind, text]) =>
            kind === "removed" ? el("del", {text}) : kind === "added" ? el("ins", {text}) : document.createTextNode(safe(text))));
        }
        function value(text) {
          const parts = [el("pre", {dir: "auto", class: "value", text: text.text, tabindex: "0"})];
          if (text.omitted) parts.push(el("p", {class: "dim", text: `… ${grouped(text.omitted)} bytes left out here; exports have them`}));
          return parts;
        }
        /** A drawing of the server as elements: parsed as XML, which runs nothing. */
        function drawing(text) {
          if (!text) return el("p", {class: "dim", text: "no drawing"});
          const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
          const svg = parsed.documentElement;
          if (svg.nodeName !== "svg") return el("p", {class: "dim", text: parsed.documentElement.textContent.trim() || "no drawing"});
          for (const bad of svg.querySelectorAll("script, foreignObject, a, image, use")) bad.remove();
          return document.importNode(svg, true);
        }
        /** A large drawing is laid out when it comes into sight; until then its room is kept. */
        function later(svg) {
          const place = el("div", {class: "later"}, svg);
          for (const side of ["width", "height"]) if (svg.getAttribute(side)) place.style.setProperty(side, svg.getAttribute(side) + "px");
          return place;
        }
        function crumbs(...parts) {
          fill(document.getElementById("crumbs"), parts.flatMap((part, i) => [i ? " / " : "", part instanceof Node ? part : safe(part)]));
        }
        function button(text, press, title) { return el("button", {type: "button", onclick: press, title: title || null, text}); }
        function exportsMenu(query, formats) {
          // An arrow key is a choice already: nothing is written before the button says so.
          const choice = el("select", {"aria-label": "Export as"}, formats.map((f) => el("option", {value: f, text: f})));
          return el("span", {class: "group"}, choice, button("export", () => {
            const address = new URL("/export", location.origin);
            for (const [name, value] of Object.entries({...query, format: choice.value})) address.searchParams.set(name, value);
            location.href = address;
          }, "save as a file of this format"));
        }

        """#
}
