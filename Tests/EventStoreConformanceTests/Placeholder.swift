import Testing
@testable import EventStoreConformance
