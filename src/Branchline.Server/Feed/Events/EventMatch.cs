using System.Diagnostics;
using Branchline.Protocol;
using Branchline.Protocol.Schema;

namespace Branchline.Server.Feed.Events;

/// <summary>Which declared events a change causes. The LEAVE half of a move between scopes causes none.</summary>
internal static class EventMatch
{
    public static bool Causes(this CommittedChange change, EventRule rule) => change.Action switch
    {
        WriteKind.Insert => rule.On.Contains("insert"),
        WriteKind.Update => rule.On.Contains("update") || IsMoveOf(change, rule),
        WriteKind.Delete => rule.On.Contains("delete"),
        null => false,
        _ => throw new UnreachableException(),
    };

    /// <summary>The event's name: <c>{action}</c> stands for create, update or delete.</summary>
    public static string NameFor(this EventRule rule, CommittedChange change) =>
        rule.Name!.Replace("{action}", Action(change), StringComparison.Ordinal);

    private static bool IsMoveOf(CommittedChange change, EventRule rule) =>
        change.MovedTo is { } state && (rule.On.Contains("move") || rule.On.Contains("move:" + state));

    private static string Action(CommittedChange change) => change.Action switch
    {
        WriteKind.Insert => "create",
        WriteKind.Delete => "delete",
        _ => "update",
    };
}
