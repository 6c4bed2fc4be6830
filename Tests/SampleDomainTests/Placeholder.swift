import Testing

@testable import SampleDomain
