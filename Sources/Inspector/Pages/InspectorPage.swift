/// The one page of the inspector; its script draws what the address names.
enum InspectorPage {
    static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Optrace</title>
        <link rel="stylesheet" href="/page.css">
        <script src="/page.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header id="top"><a class="home" href="#/">Optrace</a><nav id="crumbs" aria-label="Where you are"></nav>
        <span id="live" role="status" aria-live="polite"></span>
        <button id="help" type="button" title="Keys (?)">?</button></header>
        <main id="main" tabindex="-1"><p class="facts">loading …</p></main>
        <dialog id="keys" aria-label="Keys"></dialog>
        <noscript>This page needs JavaScript, which it brings along itself.</noscript>
        </body>
        </html>

        """

    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="4" cy="4" r="3" fill="#0969da"/>\
        <circle cx="12" cy="12" r="3" fill="#1a7f37"/><path d="M6 6l4 4" stroke="#57606a" stroke-width="2"/></svg>
        """

    static let script =
        scriptBasics + scriptLists + scriptTrace + scriptDrawer + scriptRun + scriptFronts + scriptEvents
        + scriptCompare + scriptStart
}
