/// Has what works on a store look: its time has come, or something has changed.
package struct StoreLook: Sendable {
    package init() {}
}
