internal import Glibc
internal import Terminal

/// A small program that opens the screen, writes down all that happens, and can be told to fail in every way.
///
/// `terminal-probe LOG`: each input is a line in the file LOG. The keys: `q` quit, `t` trap, `s` fault, `a` abort,
/// `o` overflow of the stack, `p` trap on another thread, `e` exit without leaving the screen, `w` wake from another
/// thread, `x` a screen of hostile text.
@main
struct Probe {
    static func main() {
        let errors = PlainOutput(descriptor: 2)
        do {
            let session = try TerminalSession()
            var probe = Probe(session: session, log: CommandLine.arguments.dropFirst().first ?? "/dev/null")
            probe.run()
            session.close()
        } catch {
            errors.writeLine("\(error.description)")
            errors.flush()
            exit(2)
        }
    }

    private let session: TerminalSession
    private let log: Int32
    private var lines: [String] = []
    private var isHostile = false

    private init(session: TerminalSession, log: String) {
        self.session = session
        self.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    private mutating func run() {
        note("open \(session.surface.size.columns)x\(session.surface.size.rows)")
        draw()
        while true {
            for input in session.next() {
                note(input)
                if input == .terminate || input == .key(.character("q")) { return }
                act(on: input)
            }
            draw()
        }
    }

    private mutating func act(on input: Input) {
        switch input {
        case .key(.character("t")): preconditionFailure("told to trap")
        case .key(.character("s")): fault()
        case .key(.character("a")): abort()
        case .key(.character("o")): note("depth \(overflow(1))")
        case .key(.character("p")): trapElsewhere()
        case .key(.character("e")): exit(3)
        case .key(.character("x")): isHostile = true
        case .key(.character("w")): wake()
        default: break
        }
    }

    private func fault() {
        UnsafeMutablePointer<UInt8>(bitPattern: 8)?.pointee = 1
    }

    private func overflow(_ depth: Int) -> Int {
        depth == 0 ? 0 : overflow(depth + 1) + depth
    }

    private func trapElsewhere() {
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in preconditionFailure("told to trap on another thread") }, nil)
        pthread_join(thread, nil)
    }

    private func wake() {
        let waker = session.waker
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(waker).toOpaque()
        pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Waker>.fromOpaque(argument).takeRetainedValue().wake() }
                return nil
            }, argument)
        pthread_join(thread, nil)
    }

    private func draw() {
        var frame = Frame(size: session.surface.size)
        if isHostile {
            for (row, bytes) in HostileText.all.enumerated() {
                frame.put(DisplayText(bytes: bytes), column: 0, row: row)
                frame.put(DisplayText(bytes: bytes, as: .name), column: frame.size.columns - 5, row: row, role: .error)
            }
        } else {
            frame.put("probe \(lines.count)", column: 0, row: 0, role: .title)
            for (row, line) in lines.suffix(frame.size.rows - 1).enumerated() {
                frame.put(DisplayText(line), column: 2, row: row + 1, role: .added)
            }
        }
        // Without a cursor of its own the screen hides the terminal's, which must be seen again afterwards.
        frame.cursor = isHostile ? Position(column: 0, row: 0) : nil
        session.surface.draw(frame)
    }

    private mutating func note(_ input: Input) {
        switch input {
        case .key(let key): note("key \(key)")
        case .paste(let text): note("paste \(text.debugDescription)")
        case .resize(let size): note("resize \(size.columns)x\(size.rows)")
        case .interrupt: note("interrupt")
        case .terminate: note("terminate")
        case .resumed: note("resumed")
        case .woken: note("woken")
        }
    }

    private mutating func note(_ line: String) {
        lines.append(line)
        var bytes = Array((line + "\n").utf8)
        _ = Glibc.write(log, &bytes, bytes.count)
    }
}
