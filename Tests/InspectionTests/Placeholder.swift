import Testing

@testable import Inspection
