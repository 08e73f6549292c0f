namespace Branchline.Server.Mutations;

/// <summary>The store cannot write now (disk full, file lost); nothing was applied. The code is <c>store_unavailable</c>.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
