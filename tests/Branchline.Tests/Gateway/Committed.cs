using Branchline.Merchant;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Feed.Events;
using Branchline.Server.Gateway.Channels;
using Branchline.Server.Schema;
using Branchline.Server.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Tests.Gateway;

/// <summary>Commits of the shop as fan-out sees them.</summary>
internal static class Committed
{
    public const string Branch1 = "branch:0193f0a1-0000-7000-8000-000000000b01";
    public const string Branch2 = "branch:0193f0a1-0000-7000-8000-000000000b02";

    private static readonly BusinessSchema Shop = SchemaSource.FromFiles(MerchantSchema.Files).Load();

    // Beyond what the tests themselves commit, and growing: a change comes once.
    private static long _seq = 1_000_000;

    /// <summary>The changes with the next numbers.</summary>
    public static CommittedBatch Batch(params CommittedChange[] changes)
    {
        CommittedChange[] numbered = [.. changes.Select(change => change with { Seq = Interlocked.Increment(ref _seq) })];
        return new CommittedBatch(numbered[0].Seq - 1, numbered[^1].Seq, numbered, EventWriter.Write(numbered))
        {
            Sums = numbered.Select(change => change.Scope).Distinct().ToDictionary(scope => scope, _ => new TableSums(new ulong[Shop.Tables.Count])),
        };
    }

    public static CommittedChange Sale(string scope) => Change("sales", scope, WriteKind.Insert, "c01") with
    {
        Row = new Dictionary<string, FieldValue>
        {
            ["status"] = FieldValue.Of("paid"),
            ["branch_id"] = FieldValue.Of(scope["branch:".Length..]),
            ["total"] = FieldValue.Of(1400),
        },
    };

    public static CommittedChange Product() => Change("products", "everyone", WriteKind.Update, "a01") with
    {
        Row = new Dictionary<string, FieldValue>
        {
            ["name"] = FieldValue.Of("Crème \"Ñandú\" <1 l>"),
            ["price"] = FieldValue.Of(1400),
            ["cost"] = FieldValue.Of(900),
            ["status"] = FieldValue.Of("active"),
        },
    };

    public static CommittedChange Order(string scope, string movedTo) => Change("orders", scope, WriteKind.Update, "e01") with
    {
        MovedTo = movedTo,
        Row = new Dictionary<string, FieldValue> { ["status"] = FieldValue.Of(movedTo) },
    };

    public static CommittedChange Change(string table, string scope, WriteKind action, string id) =>
        new(1, scope, Shop.Tables[table], Guid.Parse("0193f0a1-0000-7000-8000-000000000" + id), ChangeKind.Set, default)
        {
            Action = action,
            Row = new Dictionary<string, FieldValue>(),
        };

    /// <summary>Hands a commit to every wire of the node, as its pump does.</summary>
    public static void Announce(this TestNode node, params CommittedChange[] changes)
    {
        var batch = Batch(changes);
        var broadcaster = node.Services.GetRequiredService<Broadcaster>();
        foreach (var dialect in node.Services.GetServices<Dialect>().Where(dialect => dialect is TableEvents or PlainWords))
        {
            dialect.Announce(batch, broadcaster);
        }
    }
}
