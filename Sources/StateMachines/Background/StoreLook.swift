/// Has what works on a store look: its time has come, or something has changed.
struct StoreLook: Sendable {}
