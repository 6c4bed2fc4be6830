// Whoever writes an entity needs addresses, the system and the clock as well: they come with this one import. Swift 6.3 has
// no other way to say that a module's names belong to another one's.
@_exported public import Actors
