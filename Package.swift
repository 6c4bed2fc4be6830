// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "Playhead",
    products: [
        .library(name: "Actors", targets: ["Actors"]),
        .library(name: "EventSourcing", targets: ["EventSourcing"]),
        .library(name: "StateMachines", targets: ["StateMachines"]),
        .library(name: "Reactions", targets: ["Reactions"]),
        .library(name: "SQLiteStorage", targets: ["SQLiteStorage"]),
        .library(name: "EventStoreConformance", targets: ["EventStoreConformance"]),
        .library(name: "EventSourcingTestKit", targets: ["EventSourcingTestKit"]),
        .library(name: "PlayheadWorkbench", targets: ["PlayheadWorkbench"]),
        .executable(name: "playhead", targets: ["playhead"]),
        .executable(name: "playhead-bench", targets: ["playhead-bench"]),
    ],
    targets: [
        // What Debian gives.
        .systemLibrary(name: "CNcurses", providers: [.apt(["libncurses-dev"])]),
        .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CTerminal"),
        // Counts allocations in the benchmark.
        .target(name: "CAllocations"),

        // The engine.
        .target(name: "Actors", swiftSettings: strict),
        .target(name: "EventSourcing", dependencies: ["Actors"], swiftSettings: strict),
        .target(name: "StateMachines", dependencies: ["EventSourcing", "Actors"], swiftSettings: strict),
        .target(name: "Reactions", dependencies: ["EventSourcing", "Actors"], swiftSettings: strict),
        .target(name: "SQLiteStorage", dependencies: ["EventSourcing", "Actors", "CSQLite"], swiftSettings: strict),
        .target(name: "EventStoreConformance", dependencies: ["EventSourcing", "Actors"], swiftSettings: strict),
        .target(name: "EventSourcingTestKit", dependencies: ["EventSourcing", "Actors"], swiftSettings: strict),

        // The instrument.
        .target(
            name: "Inspection", dependencies: ["StateMachines", "Reactions", "EventSourcing", "Actors"],
            swiftSettings: strict),
        .target(
            name: "SampleDomain",
            dependencies: ["EventSourcing", "Actors", "StateMachines", "Reactions", "Inspection"],
            swiftSettings: strict),
        .target(
            name: "Terminal", dependencies: ["CNcurses", "CTerminal", "ShippedThemes"], swiftSettings: strict),
        .target(
            name: "ShippedThemes", path: "Themes",
            resources: ["dusk", "day", "high-contrast", "deuter", "trit", "mono"].map { .embedInCode("\($0).theme") }),
        .target(
            name: "Workbench",
            dependencies: ["Terminal", "Inspection", "StateMachines", "Reactions", "EventSourcing", "Actors"],
            swiftSettings: strict),
        .target(
            name: "PlayheadWorkbench",
            dependencies: [
                "Workbench", "Terminal", "Inspection", "StateMachines", "SQLiteStorage", "EventSourcing", "Actors",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "playhead", dependencies: ["PlayheadWorkbench", "SampleDomain"], swiftSettings: strict),
        .executableTarget(
            name: "playhead-bench",
            dependencies: [
                "SQLiteStorage", "StateMachines", "Reactions", "EventSourcing", "Actors", "SampleDomain", "Inspection",
                "CSQLite", "PseudoTerminal", "CAllocations",
            ],
            swiftSettings: strict),

        // What tests of several targets need: folders, random numbers, stores that hand on.
        .target(
            name: "TestSupport", dependencies: ["EventSourcing", "Actors"], path: "Tests/TestSupport",
            swiftSettings: strict),

        // What tests of whole programs need: a terminal without a window, and a small program to run in it.
        .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
        .target(
            name: "PseudoTerminal", dependencies: ["CPseudoTerminal"], path: "Tests/PseudoTerminal",
            swiftSettings: strict),
        .executableTarget(
            name: "terminal-probe", dependencies: ["Terminal"], path: "Tests/TerminalProbe", swiftSettings: strict),

        // A small program that runs two stepped systems, to see that the same seed gives the same bytes.
        .executableTarget(
            name: "step-probe", dependencies: ["EventSourcing", "Actors", "TestSupport"], path: "Tests/StepProbe",
            swiftSettings: strict),

        // A small program that writes a file and stands still within a commit, for tests of two processes on one file.
        .target(name: "CFaultyMemory", dependencies: ["CSQLite"], path: "Tests/CFaultyMemory"),
        .executableTarget(
            name: "writer-probe",
            dependencies: [
                "StateMachines", "Reactions", "SQLiteStorage", "EventSourcing", "Actors", "TestSupport",
                "CFaultyMemory", "CSQLite",
            ],
            path: "Tests/WriterProbe", swiftSettings: strict),

        // Long differential runs, which an optimised program does in a minute.
        .executableTarget(
            name: "store-trial", dependencies: ["EventStoreConformance", "SQLiteStorage", "TestSupport"],
            path: "Tests/StoreTrial", swiftSettings: strict),

        // The README's example of a workbench over a domain of one's own, compiled as a stranger would.
        .executableTarget(
            name: "readme-example", dependencies: ["PlayheadWorkbench", "StateMachines"], path: "Tests/ReadmeExample",
            swiftSettings: strict),

        // The README's example of the engine alone, compiled as a stranger would.
        .executableTarget(
            name: "library-example", dependencies: ["EventSourcing"], path: "Tests/LibraryExample",
            swiftSettings: strict),

        // One test folder for each.
        .testTarget(
            name: "ActorsTests",
            dependencies: ["Actors", "TestSupport", "PseudoTerminal", "step-probe"],
            swiftSettings: strict),
        .testTarget(
            name: "EventSourcingTests",
            dependencies: ["EventSourcing", "EventSourcingTestKit", "Actors", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "EventSourcingTestKitTests",
            dependencies: ["EventSourcingTestKit", "EventSourcing", "Actors"],
            swiftSettings: strict),
        .testTarget(
            name: "StateMachinesTests",
            dependencies: [
                "StateMachines", "Inspection", "SampleDomain", "SQLiteStorage", "EventSourcing", "EventSourcingTestKit",
                "Actors", "TestSupport",
            ],
            exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(
            name: "ReactionsTests",
            dependencies: [
                "Reactions", "SQLiteStorage", "EventSourcing", "EventSourcingTestKit", "Actors", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ArticleTests",
            dependencies: [
                "EventSourcing", "EventSourcingTestKit", "EventStoreConformance", "SQLiteStorage", "StateMachines",
                "Reactions", "PseudoTerminal", "TestSupport", "library-example",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SQLiteStorageTests",
            dependencies: [
                "SQLiteStorage", "EventSourcing", "EventStoreConformance", "Actors", "CSQLite", "TestSupport",
                "PseudoTerminal", "writer-probe",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "EventStoreConformanceTests",
            dependencies: ["EventStoreConformance", "EventSourcing", "EventSourcingTestKit", "Actors", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "InspectionTests",
            dependencies: [
                "Inspection", "StateMachines", "Reactions", "EventSourcing", "Actors", "SampleDomain", "SQLiteStorage",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SampleDomainTests",
            dependencies: ["SampleDomain", "EventSourcing", "Actors", "StateMachines", "Reactions", "Inspection"],
            swiftSettings: strict),
        .testTarget(
            name: "TerminalTests",
            dependencies: ["Terminal", "CTerminal", "PseudoTerminal", "terminal-probe", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "WorkbenchTests",
            dependencies: [
                "Workbench", "Terminal", "Inspection", "StateMachines", "Reactions", "EventSourcing", "Actors",
                "SampleDomain", "TestSupport",
            ],
            exclude: ["Goldens"], swiftSettings: strict),
        .testTarget(
            name: "PlayheadWorkbenchTests",
            dependencies: [
                "PlayheadWorkbench", "Workbench", "Terminal", "Inspection", "StateMachines", "SQLiteStorage",
                "Reactions", "EventSourcing", "Actors", "SampleDomain", "PseudoTerminal", "TestSupport", "playhead",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// The build of a sanitizer takes minutes, and leaves out targets whose tests would not run under it.
let leftOut = Set((Context.environment["PLAYHEAD_LEAVE_OUT"] ?? "").split(separator: ",").map(String.init))
package.targets.removeAll { leftOut.contains($0.name) }
package.products.removeAll { leftOut.contains($0.name) }
