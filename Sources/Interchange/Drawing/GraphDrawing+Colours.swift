extension GraphDrawing {
    /// The colours of a drawing that is a file of its own, light and dark.
    public static let colours = """
        .graph{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;color-scheme:light dark}
        .graph text{fill:#1b1f24;unicode-bidi:isolate}.graph .title{font-weight:600}
        .graph .caption,.graph .argument{fill:#59636e;font-size:11px}.graph .excerpt{font-size:11px}
        .graph .marks{font-size:11px;fill:#59636e}
        .graph .edge path{fill:none;stroke:#8b949e;stroke-width:1.2}.graph .head{fill:#8b949e}
        .graph .edge.many path{stroke-width:2}.graph .edge.back path{stroke-dasharray:5 3}
        .graph .vertex rect,.graph .vertex polygon{stroke:#57606a;stroke-width:1.2;fill:#f6f8fa}
        .graph .value .outline{fill:#fff}.graph .value .stack{fill:#fff}
        .graph .parameter .outline{fill:#ddf4ff;stroke:#0969da}
        .graph .failed .outline,.graph .failed .inner{stroke:#cf222e;stroke-width:1.6}
        .graph .vertex .inner{fill:none}.graph .failed .marks{fill:#cf222e}
        .graph .added .outline{stroke:#1a7f37;stroke-width:2.2}
        .graph .removed .outline{stroke:#cf222e;stroke-dasharray:2 3;stroke-width:2}
        .graph .changed .outline{stroke:#9a6700;stroke-dasharray:7 3;stroke-width:2}
        .graph .origin .outline{stroke-width:3.2}
        .graph .rejected .outline{stroke-dasharray:3 3}.graph .accepted .outline{stroke:#1a7f37;stroke-width:2}
        .graph .grid path{fill:none;stroke:#8b949e;stroke-width:.5;stroke-dasharray:1 4}
        @media (prefers-color-scheme:dark){.graph .accepted .outline{stroke:#3fb950}
        .graph text{fill:#e6edf3}.graph .caption,.graph .argument,.graph .marks{fill:#9198a1}
        .graph .edge path{stroke:#6e7681}.graph .head{fill:#6e7681}
        .graph .vertex rect,.graph .vertex polygon{stroke:#8b949e;fill:#21262d}
        .graph .value .outline,.graph .value .stack{fill:#0d1117}
        .graph .parameter .outline{fill:#0c2d4d;stroke:#58a6ff}
        .graph .failed .outline,.graph .failed .inner{stroke:#ff7b72}.graph .failed .marks{fill:#ff7b72}
        .graph .vertex .inner{fill:none}
        .graph .added .outline{stroke:#3fb950}.graph .removed .outline{stroke:#ff7b72}
        .graph .changed .outline{stroke:#d29922}}
        """
}
