extension Frame {
    /// The screen as a web page of its own.
    package func html(theme: Theme, depth: ColorDepth = .trueColor, title: DisplayText = "Playhead") -> String {
        let paper = theme.picture.background.components?.notation ?? "#16181d"
        let ink = theme.picture.foreground.components?.notation ?? "#d4d7dd"
        var body = ""
        for row in 0..<size.rows {
            for run in runs(row: row) {
                let text = escapedForMarkup(run.text)
                let css = Self.css(PictureColors(run, theme: theme, depth: depth), ink: ink)
                body += css.isEmpty ? text : "<span style=\"\(css)\">\(text)</span>"
            }
            body += "\n"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <title>\(escapedForMarkup(title.plainString))</title>
            <body style="margin:0;background:\(paper)">
            <pre style="margin:0;padding:1em;display:inline-block;line-height:1.25;color:\(ink);background:\(paper);\
            font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace">
            \(body)</pre>
            </body>
            </html>

            """
    }

    private static func css(_ colors: PictureColors, ink: String) -> String {
        var parts: [String] = []
        if colors.foreground != ink { parts.append("color:\(colors.foreground)") }
        if colors.isFilled { parts.append("background:\(colors.background)") }
        if colors.attributes.contains(.bold) { parts.append("font-weight:bold") }
        if colors.attributes.contains(.italic) { parts.append("font-style:italic") }
        if colors.attributes.contains(.underline) { parts.append("text-decoration:underline") }
        if colors.attributes.contains(.dim) { parts.append("opacity:.6") }
        return parts.joined(separator: ";")
    }
}
