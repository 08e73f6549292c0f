using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Protocol;

namespace Branchline.Server.Replication;

/// <summary>What this node keeps of a master it follows. The key signs and never travels.</summary>
internal sealed record MasterState(string Name, string Url, string Link, string Key)
{
    /// <summary>Whether bodies are encrypted: for lines without TLS.</summary>
    public bool IsSealed { get; init; }

    /// <summary>Neither node has the last word: rows go both ways and are merged by their stamps.</summary>
    public bool IsEqual { get; init; }

    /// <summary>It holds everything the master has, branches that are still to come, too.</summary>
    public bool HoldsAll { get; init; }

    /// <summary>Whether it is told of rows as they stand rather than of mutations.</summary>
    [JsonIgnore]
    public bool TakesRows => IsEqual || IsForeign;

    /// <summary>It knows the endpoints of master-slave sync only, see <see cref="MasterSlave.ForeignRound"/>. The credential is in no state.</summary>
    public bool IsForeign { get; init; }

    /// <summary>The time such a master gave with the last page; null before the first and when everything is read anew.</summary>
    public string? SyncedAt { get; init; }

    /// <summary>Since when it has the key.</summary>
    public DateTimeOffset KeySince { get; init; }

    /// <summary>The life of the master's log at the last contact.</summary>
    public string? Epoch { get; init; }

    /// <summary>The life of this node's own log then: another one means that this node was put back to an older copy.</summary>
    public string? OwnEpoch { get; init; }

    /// <summary>The schema by which changes were taken over; by another one they are read again, because it may have fields that this one had not.</summary>
    public string? Schema { get; init; }

    /// <summary>The master's schema at the last contact: with another one it may take what it did not know.</summary>
    public string? MasterSchema { get; init; }

    /// <summary>Lanes in which the node's own changes are read, too, up to the end: it was put back and lost some of them.</summary>
    public ImmutableArray<string> Lost { get; init; } = [];

    /// <summary>The scopes it holds, as the master said last.</summary>
    public ImmutableArray<string> Scopes { get; init; } = ["everyone"];

    /// <summary>How far it has read, by lane and scope.</summary>
    public ImmutableDictionary<string, ImmutableDictionary<string, BranchPlace>> Places { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, BranchPlace>>.Empty;

    /// <summary>How far its rows were loaded when they were last read whole, by lane and scope.</summary>
    public ImmutableDictionary<string, ImmutableDictionary<string, LoadProgress>> Loads { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, LoadProgress>>.Empty;

    /// <summary>How far it was heard what was refused further up, as the master said last.</summary>
    public Cursor? Heard { get; init; }

    /// <summary>Lanes that somebody paused.</summary>
    public ImmutableArray<string> Paused { get; init; } = [];

    /// <summary>The number of the last file that was exported for it.</summary>
    public long Exported { get; init; }

    /// <summary>Files up to this number were overtaken by what went up over the line since: rows in their answers are older than those here.</summary>
    public long Overtaken { get; init; }

    /// <summary>A file said that it was put back to an older copy: it is still to be offered every row that this node has of its scopes.</summary>
    public bool IsOwedRows { get; init; }

    public BranchPlace Place(string lane, string scope) => Places.GetValueOrDefault(lane)?.GetValueOrDefault(scope) ?? new BranchPlace();

    public MasterState With(string lane, string scope, BranchPlace place) =>
        this with { Places = Places.SetItem(lane, (Places.GetValueOrDefault(lane) ?? ImmutableDictionary<string, BranchPlace>.Empty).SetItem(scope, place)) };

    /// <summary>The page of rows is loaded. Rows come and go meanwhile: at the end as many were there as came.</summary>
    public MasterState Loading(string lane, BranchPage page)
    {
        var scopes = Loads.GetValueOrDefault(lane) ?? ImmutableDictionary<string, LoadProgress>.Empty;
        var before = Place(lane, page.Scope).Next is null ? new LoadProgress(0, page.Total ?? 0) : scopes.GetValueOrDefault(page.Scope) ?? new LoadProgress(0, 0);
        var loaded = before.Loaded + page.Changes.Count;
        var total = page.To?.Cursor is null ? Math.Max(before.Total, loaded) : loaded;
        return this with { Loads = Loads.SetItem(lane, scopes.SetItem(page.Scope, new LoadProgress(loaded, total))) };
    }

    /// <summary>How far a lane's rows were loaded.</summary>
    public LoadProgress LoadOf(string lane) => Loads.GetValueOrDefault(lane)?.Values.Aggregate((sum, one) => sum + one) ?? new LoadProgress(0, 0);

    /// <summary>It holds the scope no longer.</summary>
    public MasterState Without(string scope) =>
        this with { Scopes = Scopes.Remove(scope), Places = Places.ToImmutableDictionary(lane => lane.Key, lane => lane.Value.Remove(scope)) };

    /// <summary>Whether everything was read to the end once.</summary>
    public bool IsLoaded(int lanes) => IsForeign ? SyncedAt is not null : Places.Count == lanes && Places.Values.All(scopes => scopes.Count == Scopes.Length && scopes.Values.All(place => place.Cursor is not null));

    /// <summary>Up to where it knows the master's log in all lanes and scopes; 0 while it has not loaded them.</summary>
    public long Known => Places.Count == 0 ? 0 : Places.Values.SelectMany(scopes => scopes.Values).Select(place => place.Cursor?.Seq ?? 0).DefaultIfEmpty(0).Min();

    /// <summary>Everything is read anew.</summary>
    public MasterState Anew() => this with { Places = ImmutableDictionary<string, ImmutableDictionary<string, BranchPlace>>.Empty, SyncedAt = null };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MasterJson.Default.MasterState);

    public static MasterState Parse(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, MasterJson.Default.MasterState)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MasterState))]
internal sealed partial class MasterJson : JsonSerializerContext;
