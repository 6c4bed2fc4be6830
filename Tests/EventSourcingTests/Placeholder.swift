import Testing

@testable import EventSourcing
