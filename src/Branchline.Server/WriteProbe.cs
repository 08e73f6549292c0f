namespace Branchline.Server;

/// <summary>Whether a part of the node can take writes now. A stage registers its own; <c>/health</c> asks them all.</summary>
internal delegate ValueTask<bool> WriteProbe(CancellationToken cancellationToken);
