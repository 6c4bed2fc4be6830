package import Inspection

extension Model {
    /// The path of the value under the cursor in the state; nil where none is chosen.
    package var chosenPath: StatePath? { state.trees[.state]?.selected }
}
