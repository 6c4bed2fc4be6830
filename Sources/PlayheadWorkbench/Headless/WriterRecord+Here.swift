import Actors
import EventSourcing
import Glibc

extension WriterRecord {
    /// This process as a writer: its machine, its number, and the program's name.
    static func here(_ system: ActorSystem, program: String) -> WriterRecord {
        var name = [CChar](repeating: 0, count: 256)
        // The last byte stays zero, whatever the system writes.
        let host =
            gethostname(&name, name.count - 1) == 0
            ? name.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { String(cString: $0) } ?? ""
            } : ""
        return WriterRecord(
            id: system.writerID, host: host, process: Int64(getpid()), started: system.now, program: program,
            version: Program.version)
    }
}
