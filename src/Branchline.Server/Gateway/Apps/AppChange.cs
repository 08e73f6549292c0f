namespace Branchline.Server.Gateway.Apps;

/// <summary>An app was added (nothing before), changed, or removed (nothing after).</summary>
internal readonly record struct AppChange(RealtimeApp? Before, RealtimeApp? After);
