import Testing

@testable import PlayheadWorkbench
