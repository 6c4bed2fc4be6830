// Whoever builds a workbench over events of their own imports this one module: the words of a domain come with it.
@_exported public import Inspection
