import Workbench

// The engine has effects of its own; in files that know both, this is the screen's.
typealias ScreenEffect = Effect
