import Interchange

extension InspectorPage {
    /// The looks of the page, light, dark and on paper.
    static let css = style + "\n" + GraphDrawing.colours + "\n" + graphStyle

    private static let style = """
        :root{color-scheme:light dark;--ink:#1b1f24;--dim:#59636e;--paper:#fff;--panel:#f6f8fa;--line:#d1d9e0;
        --accent:#0969da;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--pick:#ddf4ff}
        @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--paper:#0d1117;--panel:#161b22;
        --line:#30363d;--accent:#58a6ff;--good:#3fb950;--bad:#ff7b72;--warn:#d29922;--pick:#0c2d4d}}
        *{box-sizing:border-box}
        body{margin:0;font:14px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
        a{color:var(--accent)}button,select,input,textarea{font:inherit;color:inherit;background:var(--paper);
        border:1px solid var(--line);border-radius:5px;padding:.15rem .5rem}
        button{cursor:pointer}button:hover{border-color:var(--accent)}
        :focus-visible{outline:2px solid var(--accent);outline-offset:1px}
        .skip{position:absolute;left:-99rem}.skip:focus{left:.5rem;top:.5rem;background:var(--paper);z-index:9}
        #top{display:flex;gap:1rem;align-items:center;padding:.4rem 1rem;border-bottom:1px solid var(--line);height:44px}
        #top .home{font-weight:700;text-decoration:none}#crumbs{flex:1;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
        #live{color:var(--dim);font-size:12px}main{padding:0 1rem 2rem}main:focus{outline:none}
        h1{font-size:1.25rem;margin:.8rem 0 .2rem}h2{font-size:1.05rem;margin:1.4rem 0 .4rem}h3{font-size:.95rem;margin:1rem 0 .3rem}
        .facts,.dim{color:var(--dim)}.error{color:var(--bad)}
        table{border-collapse:collapse}th,td{padding:.2rem .6rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
        th{font-weight:600;white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
        td{unicode-bidi:isolate}tr.pick{background:var(--pick)}td.wide{min-width:16rem;max-width:46rem;overflow-wrap:anywhere}
        td.short{max-width:12rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}tbody tr:hover{background:var(--panel)}
        td.n,td:first-child{white-space:nowrap}th .sort{border:0;background:none;padding:0;font-weight:600;color:var(--accent)}
        .scroll{overflow-x:auto;max-width:100%}.scroll>svg,.verdict svg{max-width:100%;height:auto}.scroll.tall{max-height:34rem;overflow:auto}.later{content-visibility:auto}p{margin:.3rem 0}time{white-space:nowrap}
        .badge{border:1px solid;border-radius:99px;padding:0 .5rem;font-size:12px;white-space:nowrap;font-weight:500}
        .badge.promote,.badge.completed{color:var(--good)}.badge.keep,.badge.failed{color:var(--bad)}
        .badge.inconclusive,.badge.cancelled,.badge.running{color:var(--warn)}
        code{font:12px ui-monospace,Menlo,Consolas,monospace;background:var(--panel);padding:.1rem .3rem;border-radius:4px;overflow-wrap:anywhere}
        form input[type=search]{min-width:17rem}meter{width:6rem;height:.7rem}meter.against{filter:hue-rotate(120deg)}
        .line{display:flex;justify-content:space-between;align-items:baseline;gap:.5rem}.line button{font-size:12px;font-weight:400}
        .said{border-left:3px solid var(--warn);padding-left:.6rem;white-space:pre-wrap;overflow-wrap:anywhere}
        dl.inputs{margin:.3rem 0}dl.inputs dt{font-weight:600;overflow-wrap:anywhere;unicode-bidi:isolate}
        dl.inputs dd{margin:0 0 .5rem;color:var(--dim);overflow-wrap:anywhere;unicode-bidi:isolate}
        .beside{display:grid;grid-template-columns:minmax(22rem,34%) minmax(0,1fr);gap:1.5rem;align-items:start}
        .beside .examples .scroll{max-height:calc(100vh - 9rem);overflow:auto}.pair{position:sticky;top:.5rem;max-height:calc(100vh - 1rem);overflow:auto}
        .pair pre{max-height:12rem}.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:0 1.2rem}.fields div{min-width:0}
        .group{display:inline-flex}.group button,.group select{border-radius:0;margin-left:-1px}
        pre,.value{margin:.2rem 0;padding:.5rem .6rem;background:var(--panel);border-radius:5px;white-space:pre-wrap;
        overflow-wrap:anywhere;overflow:auto;max-height:26rem;font:12px/1.45 ui-monospace,Menlo,Consolas,monospace;unicode-bidi:plaintext}
        ins{background:color-mix(in srgb,var(--good) 22%,transparent);text-decoration:underline}
        del{background:color-mix(in srgb,var(--bad) 20%,transparent);text-decoration:line-through}
        .verdict{border:2px solid var(--line);border-radius:8px;padding:.5rem .9rem;margin:.6rem 0;max-width:60rem}
        .verdict b{margin-right:.5rem}.promote{border-color:var(--good)}.keep{border-color:var(--bad)}
        .inconclusive{border-color:var(--warn)}.bar{display:flex;gap:.6rem;align-items:center;flex-wrap:wrap;margin:.4rem 0}
        .cols{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}.cols>*{min-width:0}
        @media (max-width:60rem){.cols,.beside{grid-template-columns:minmax(0,1fr)}.pair{position:static;max-height:none}form input[type=search]{min-width:0;width:100%}
        .beside .examples .scroll{max-height:16rem}}
        .drawing{overflow:auto;border:1px solid var(--line);border-radius:6px;max-height:34rem}
        .worse{color:var(--bad)}.better{color:var(--good)}
        .trace{display:grid;grid-template-columns:clamp(13rem,20vw,22rem) minmax(0,1fr) clamp(20rem,30vw,34rem);
        height:calc(100vh - 44px);margin:0 -1rem -2rem}.trace.nodrawer{grid-template-columns:clamp(13rem,20vw,22rem) minmax(0,1fr) 0}
        @media (max-width:62rem){.trace,.trace.nodrawer{display:block;height:auto}.pane{max-height:34rem;border-bottom:1px solid var(--line)}
        .outline .rows{min-height:12rem}.drawer{max-height:none!important;border-left:0!important}}
        .pane{overflow:auto;min-width:0;position:relative}.outline{border-right:1px solid var(--line);display:flex;flex-direction:column}
        .outline .tools{padding:.4rem;border-bottom:1px solid var(--line)}.outline input{width:100%}
        .rows{flex:1;overflow:auto;position:relative}.rows .space{position:relative}
        .row{position:absolute;left:0;right:0;height:24px;line-height:24px;padding:0 .5rem;white-space:nowrap;overflow:hidden;
        text-overflow:ellipsis;cursor:default;font:12px/24px ui-monospace,Menlo,Consolas,monospace;unicode-bidi:isolate}
        .row.member{padding-left:1.9rem}.row.pick{background:var(--pick);box-shadow:inset 3px 0 var(--accent)}
        .row .t{color:var(--dim);margin-left:.5rem}.row .time{float:right;position:relative;width:22%;height:24px;margin-left:.4rem}
        .row .time i{position:absolute;top:9px;height:6px;background:color-mix(in srgb,var(--accent) 65%,transparent);border-radius:2px}
        .row.bad .time i{background:var(--bad)}.row.bad{color:var(--bad)}.row .fold{border:0;background:none;padding:0 .2rem}
        .middle{background:var(--paper)}.middle .tools{position:sticky;left:0;top:0;z-index:2;padding:.4rem .8rem;
        background:var(--paper);border-bottom:1px solid var(--line)}.middle .head{padding:.2rem .8rem;position:sticky;left:0}.middle .tools{margin:0}.canvas{padding:.6rem}
        .drawer{border-left:1px solid var(--line);padding:.4rem .9rem 2rem}.nodrawer .drawer{display:none}
        .drawer h1{display:flex;justify-content:space-between;align-items:flex-start;gap:.5rem;overflow-wrap:anywhere}
        .trace h1 span[dir]{vertical-align:bottom;display:-webkit-inline-box;-webkit-box-orient:vertical;-webkit-line-clamp:3;overflow:hidden;overflow-wrap:anywhere}
        .drawer textarea{width:100%;min-height:7rem;font:12px ui-monospace,monospace}.log{max-height:24rem;overflow:auto}
        dialog{border:1px solid var(--line);border-radius:8px;background:var(--paper);color:var(--ink);max-width:32rem}
        kbd{border:1px solid var(--line);border-radius:4px;padding:0 .3rem;font:12px ui-monospace,monospace}
        @media print{:root{color-scheme:light}#top,.tools,nav.outline,button,dialog,textarea,.bar{display:none!important}
        .trace,.trace.nodrawer,.beside{display:block;height:auto}.pane,.pair{overflow:visible;height:auto!important;max-height:none!important;position:static;border:0}
        .drawing,pre,.log,.scroll,.scroll.tall,.beside .examples .scroll{max-height:none;overflow:visible}.later{content-visibility:visible;width:auto!important;height:auto!important}.trace h1 span[dir]{-webkit-line-clamp:none}main{padding:0}
        .graph,.drawing svg,.canvas svg{max-width:100%!important;height:auto!important}tr,.verdict,h2,h3,svg{break-inside:avoid}h1,h2,h3{break-after:avoid}}
        """

    /// What the drawing shows only here: what is picked, and colour by time, cost or change.
    private static let graphStyle = """
        .graph{max-width:none;display:block}.graph .vertex{cursor:pointer}.graph .vertex:focus{outline:none}
        .graph .vertex:focus .outline,.graph .vertex.pick .outline{stroke:var(--accent);stroke-width:3.4}
        .graph .edge.near path{stroke:var(--accent);stroke-width:2.2}
        .by-time .slow1 .outline,.by-cost .dear1 .outline{fill:color-mix(in srgb,#bf8700 12%,var(--paper))}
        .by-time .slow2 .outline,.by-cost .dear2 .outline{fill:color-mix(in srgb,#bf8700 28%,var(--paper))}
        .by-time .slow3 .outline,.by-cost .dear3 .outline{fill:color-mix(in srgb,#bc4c00 40%,var(--paper))}
        .by-time .slow4 .outline,.by-cost .dear4 .outline{fill:color-mix(in srgb,#cf222e 50%,var(--paper))}
        .by-time .slow0 .outline,.by-cost .dear0 .outline{fill:var(--paper)}
        .by-change .vertex .outline{fill:var(--paper);opacity:.55}
        .by-change .added .outline{fill:color-mix(in srgb,#1a7f37 25%,var(--paper));opacity:1}
        .by-change .removed .outline{fill:color-mix(in srgb,#cf222e 22%,var(--paper));opacity:1}
        .by-change .changed .outline{fill:color-mix(in srgb,#bf8700 30%,var(--paper));opacity:1}
        .history .point{cursor:pointer}.front .volume{fill:color-mix(in srgb,var(--accent) 12%,transparent)}
        """
}
