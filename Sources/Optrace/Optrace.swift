// What a user of the library imports: everything but workflow files and the command line.
@_exported public import ContentHash
@_exported public import Evaluation
@_exported public import LanguageModels
@_exported public import Optimization
@_exported public import TraceGraph
@_exported public import TraceStore
