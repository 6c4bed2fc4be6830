import PlayheadWorkbench

try Playhead.run(domains: [
    Domain(
        "Counter", behavior: Counter.behavior,
        commands: [
            DomainCommand("add", "Add to the count", .integer("by")) { replyTo, by in
                Counter.Add(by: by, replyTo: replyTo)
            }
        ])
])
