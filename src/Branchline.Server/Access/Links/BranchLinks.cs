using System.Collections.Concurrent;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Access.Links;

/// <summary>
/// The branches that follow this node. Kept in the database's file with the people; the key of each is kept as it is, because it signs. Any thread; one
/// connection under one lock, and every question of a known branch is answered from memory.
/// </summary>
internal sealed class BranchLinks : IDisposable
{
    /// <summary>How long an invitation counts.</summary>
    public static readonly TimeSpan InvitationLifetime = TimeSpan.FromDays(7);

    // Bits of a link's kind as it is stored.
    private const long EqualBit = 1;
    private const long AllBit = 2;

    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Database _database;
    private readonly TimeProvider _time;
    private readonly IdSource _ids;
    private readonly ConcurrentDictionary<string, BranchLink> _links = new(StringComparer.Ordinal);

    // When it was last written that a branch was heard of; under the lock.
    private readonly Dictionary<string, long> _written = new(StringComparer.Ordinal);

    public BranchLinks(DataDirectory directory, IdSource ids, TimeProvider time)
    {
        (_ids, _time) = (ids, time);
        _database = Database.Open(directory.DatabaseFile, readOnly: false);
        _database.Execute("""
            PRAGMA synchronous = FULL;
            CREATE TABLE IF NOT EXISTS _links (
              id TEXT PRIMARY KEY, name TEXT NOT NULL, branches TEXT NOT NULL, key TEXT, previous_key TEXT, invitation TEXT,
              invited_until INTEGER NOT NULL, joined_at INTEGER, seen_at INTEGER, removed INTEGER NOT NULL) WITHOUT ROWID
            """);
        _database.Execute("CREATE TABLE IF NOT EXISTS _unclaimed (branch TEXT PRIMARY KEY, life TEXT NOT NULL) WITHOUT ROWID");
        if (_database.Scalar("SELECT name FROM pragma_table_info('_links') WHERE name = 'kind'") is null)
        {
            _database.Execute("ALTER TABLE _links ADD COLUMN kind INTEGER NOT NULL DEFAULT 0");
        }

        if (_database.Scalar("SELECT name FROM pragma_table_info('_links') WHERE name = 'life'") is null)
        {
            _database.Execute("ALTER TABLE _links ADD COLUMN life TEXT");
        }

        foreach (var link in Read())
        {
            _links[link.Id] = link;
        }
    }

    /// <summary>Every link, removed ones included, by name.</summary>
    public IReadOnlyList<BranchLink> All => [.. _links.Values.OrderBy(link => link.Name, StringComparer.Ordinal).ThenBy(link => link.Id, StringComparer.Ordinal)];

    /// <summary>A link that may be used, or null.</summary>
    public BranchLink? Find(string id) => _links.TryGetValue(id, out var link) && !link.IsRemoved ? link : null;

    /// <summary>A link that nobody knows yet, to be invited.</summary>
    public BranchLink New(string name, IReadOnlyList<string> branches) => new("b" + _ids.Next().ToString("N")[16..], name, branches);

    /// <summary>
    /// A link that waits to be joined; its one-use token is answered, and kept only as far as it takes to know it. One of the same branch that was removed is
    /// taken up again, so that a node that was put out goes on where it was.
    /// </summary>
    public (BranchLink Link, string Token) Invite(BranchLink wanted)
    {
        var former = All.Where(link => link.IsRemoved && link.IsOfSameBranch(wanted)).MaxBy(link => link.JoinedAt);
        return InviteAgain(former is null ? wanted : former with { Name = wanted.Name, Branches = [.. former.Branches.Union(wanted.Branches)] });
    }

    /// <summary>
    /// A new invitation for a link that is there: for a branch whose machine was lost, or that was removed. The key before it counts no longer.
    /// </summary>
    public (BranchLink Link, string Token) InviteAgain(BranchLink link)
    {
        var secret = BranchSeal.Random(16);
        var again = link with { Key = null, PreviousKey = null, Invitation = secret, InvitedUntil = Later(InvitationLifetime), IsRemoved = false };
        Save(again);
        return (again, InvitationToken.Of(again, secret));
    }

    /// <summary>The branch joined: its key, made here. The invitation is used up.</summary>
    public BranchLink Join(BranchLink link)
    {
        var joined = link with
        {
            Key = BranchSeal.Random(32),
            PreviousKey = null,
            Invitation = null,
            JoinedAt = Later(TimeSpan.Zero),
            SeenAt = Later(TimeSpan.Zero),
        };
        Save(joined);
        return joined;
    }

    /// <summary>
    /// A new key; the one before counts until the branch signed with the new one. Asked again before that, by a branch that missed the answer or by
    /// somebody who recorded the question, the same key is answered.
    /// </summary>
    public BranchLink? Rotate(string id)
    {
        using var held = _lock.EnterScope();
        if (Find(id) is not { PreviousKey: null, Key: not null } link)
        {
            return Find(id);
        }

        var rotated = link with { Key = BranchSeal.Random(32), PreviousKey = link.Key };
        Save(rotated);
        return rotated;
    }

    /// <summary>The branch has others below it, whose rows it may see and write from now on; those that it had not before.</summary>
    public IReadOnlyList<Guid> Grant(string id, IReadOnlyCollection<Guid> branches)
    {
        using var held = _lock.EnterScope();
        if (Find(id) is not { HoldsAll: false } link)
        {
            return [];
        }

        Guid[] fresh = [.. branches.Where(branch => !link.Branches.Contains(branch.ToString()))];
        if (fresh.Length > 0)
        {
            Save(link with { Branches = [.. link.Branches, .. fresh.Select(branch => branch.ToString())] });
        }

        return fresh;
    }

    /// <summary>These branches below it are none: what would have made them was refused.</summary>
    public void Revoke(string id, IReadOnlyCollection<Guid> branches)
    {
        using var held = _lock.EnterScope();
        var gone = branches.Select(branch => branch.ToString()).ToHashSet(StringComparer.Ordinal);
        if (gone.Count > 0 && Find(id) is { } link)
        {
            Save(link with { Branches = [.. link.Branches.Where(branch => !gone.Contains(branch))] });
        }
    }

    /// <summary>
    /// A branch that this node had lost was given back, in that life of its log, by one that does not hold it: whoever does will say so.
    /// </summary>
    public void LeaveUnclaimed(Guid branch, string life)
    {
        using var held = _lock.EnterScope();
        using var statement = _database.PrepareOnce("INSERT OR REPLACE INTO _unclaimed (branch, life) VALUES (?1, ?2)");
        statement.Bind(1, branch).Bind(2, life).Run();
    }

    /// <summary>Whether it was left so, which it is no longer then.</summary>
    public bool Claim(Guid branch, string life)
    {
        using var held = _lock.EnterScope();
        using var found = _database.PrepareOnce("SELECT 1 FROM _unclaimed WHERE branch = ?1 AND life = ?2");
        if (!found.Bind(1, branch).Bind(2, life).Step())
        {
            return false;
        }

        using var statement = _database.PrepareOnce("DELETE FROM _unclaimed WHERE branch = ?1");
        statement.Bind(1, branch).Run();
        return true;
    }

    /// <summary>The branch goes on in this life of the log: what this node may have lost before, it has given back.</summary>
    public void Knows(string id, string life)
    {
        using var held = _lock.EnterScope();
        if (Find(id) is { } link && link.Life != life)
        {
            Save(link with { Life = life });
        }
    }

    /// <summary>Whether the invitation may still be used.</summary>
    public bool IsInvited(BranchLink link) => link.Invitation is not null && link.InvitedUntil > Later(TimeSpan.Zero);

    /// <summary>It was heard of, with this key. Written at most once a minute.</summary>
    public void Saw(BranchLink link, string key)
    {
        using var held = _lock.EnterScope();
        if (Find(link.Id) is not { } known)
        {
            return;
        }

        var now = Later(TimeSpan.Zero);
        var confirms = known.PreviousKey is not null && key == known.Key;
        var seen = known with { SeenAt = now, PreviousKey = confirms ? null : known.PreviousKey };
        _links[known.Id] = seen;
        if (confirms || now - _written.GetValueOrDefault(known.Id) > SeenEvery.TotalMilliseconds)
        {
            _written[known.Id] = now;
            Save(seen);
        }
    }

    /// <summary>It may not follow any longer. What it sent stays, and so does its name.</summary>
    public void Remove(BranchLink link)
    {
        var removed = link with { IsRemoved = true, Key = null, PreviousKey = null, Invitation = null };
        Save(removed);
    }

    public void Dispose() => _database.Dispose();

    private long Later(TimeSpan time) => (_time.GetUtcNow() + time).ToUnixTimeMilliseconds();

    private void Save(BranchLink link)
    {
        lock (_lock)
        {
            using var statement = _database.PrepareOnce("""
                INSERT OR REPLACE INTO _links (id, name, branches, key, previous_key, invitation, invited_until, joined_at, seen_at, removed, kind, life)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                """);
            statement.Bind(1, link.Id).Bind(2, link.Name).Bind(3, JsonSerializer.Serialize([.. link.Branches], AccessJson.Default.StringArray))
                .Bind(4, link.Key).Bind(5, link.PreviousKey).Bind(6, link.Invitation).Bind(7, link.InvitedUntil);
            _ = link.JoinedAt is { } joined ? statement.Bind(8, joined) : statement.Bind(8, null);
            _ = link.SeenAt is { } seen ? statement.Bind(9, seen) : statement.Bind(9, null);
            statement.Bind(10, link.IsRemoved ? 1L : 0L).Bind(11, (link.IsEqual ? EqualBit : 0) | (link.HoldsAll ? AllBit : 0))
                .Bind(12, link.Life).Run();
            _links[link.Id] = link;
        }
    }

    private List<BranchLink> Read()
    {
        using var rows = _database.PrepareOnce(
            "SELECT id, name, branches, key, previous_key, invitation, invited_until, joined_at, seen_at, removed, kind, life FROM _links");
        var links = new List<BranchLink>();
        while (rows.Step())
        {
            links.Add(new BranchLink(rows.Text(0), rows.Text(1), JsonSerializer.Deserialize(rows.Text(2), AccessJson.Default.StringArray)!)
            {
                Key = rows.TextOrNull(3),
                PreviousKey = rows.TextOrNull(4),
                Invitation = rows.TextOrNull(5),
                InvitedUntil = rows.Integer(6),
                JoinedAt = rows.TextOrNull(7) is null ? null : rows.Integer(7),
                SeenAt = rows.TextOrNull(8) is null ? null : rows.Integer(8),
                IsRemoved = rows.Integer(9) != 0,
                IsEqual = (rows.Integer(10) & EqualBit) != 0,
                HoldsAll = (rows.Integer(10) & AllBit) != 0,
                Life = rows.TextOrNull(11),
            });
        }

        return links;
    }
}
