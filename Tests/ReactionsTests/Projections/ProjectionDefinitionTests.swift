import Actors
import EventSourcing
import Reactions
import Testing

@Suite("Projections that can't be are refused when the application is built")
struct ProjectionDefinitionTests {
    private static func sums(
        _ name: String = "sums", version: Int = 1, window: Int = 10, backoff: Backoff = .none
    ) -> Projects<Int> {
        Projects(name, of: Int.self, version: version, window: window, backoff: backoff) {
            Folding(Counter.Incremented.self) { _, _ in }
        }
    }

    private static func refusal(
        on store: any ReactionStore = InMemoryStore(), @ApplicationBuilder _ parts: () -> [ApplicationPart]
    ) -> String? {
        #expect(throws: ApplicationDefinitionError.self) { _ = try Application(on: store, parts: parts) }?.description
    }

    @Test("each mistake is named, with where it is and what would be right")
    func mistakes() {
        #expect(
            Self.refusal {
                Counter.self
                Self.sums()
                Self.sums()
            }
                == "two projections are called 'sums'; each has its own name")
        #expect(
            Self.refusal {
                Counter.self
                Self.sums("")
            }
                == "the name of a projection has from 1 to 1024 bytes, and '' has 0")
        #expect(
            Self.refusal {
                Counter.self
                Self.sums(version: 0)
            }
                == "the versions of the projection 'sums' begin at 1, and 0 is none")
        #expect(
            Self.refusal {
                Counter.self
                Self.sums(window: 0)
            }
                == "a window of the projection 'sums' has 1 event or more, and not 0")
        #expect(
            Self.refusal {
                Counter.self
                Self.sums(backoff: .fixed(.seconds(-1)))
            }
                == "the projection 'sums' tries an event again after waits from zero up to their cap")
        #expect(
            Self.refusal {
                Journal.self
                Self.sums()
            }
                == "the projection 'sums' folds Incremented, which no aggregate emits; declare its aggregate, or that it is heard"
        )
        #expect(
            Self.refusal {
                Counter.self
                Projects("none", of: Int.self) {}
            }
                == "the projection 'none' folds nothing; say what it folds with Folding")
        #expect(
            Self.refusal {
                Counter.self
                Projects("twice", of: Int.self) {
                    Folding(Counter.Reset.self) { _, _ in }
                    Folding(Counter.Reset.self) { _, _ in }
                }
            } == "the projection 'twice' folds Reset twice; each type of event is folded once")
    }

    @Test("a store that keeps no projections is refused, by its name")
    func store() {
        #expect(
            Self.refusal(on: PlainStore(base: InMemoryStore())) {
                Counter.self
                Self.sums()
            }
                == "the projection 'sums' can't be kept in a PlainStore; use a store that is a ProjectionStore")
    }
}
