namespace Branchline.Server;

/// <summary>The node cannot start. The message is one sentence for whoever started it: what is wrong and what to do.</summary>
public sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
