using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Access;

/// <summary>
/// Who is signed in, in memory: a request costs one hash and one look-up. The database is the truth; whatever changes
/// there, by this process or another, is taken over by <see cref="Refresh"/>, and sessions it touches end at once.
/// </summary>
internal sealed class Sessions
{
    private readonly ConcurrentDictionary<string, Session> _byHash = new(StringComparer.Ordinal);
    private readonly Lock _refreshing = new();
    private readonly AccessDatabase _database;
    private readonly Branches _branches;
    private readonly AccessOptions _options;
    private readonly TimeProvider _time;

    // Replaced whole under _refreshing; readers take the reference once.
    private volatile FrozenDictionary<string, User> _users = FrozenDictionary<string, User>.Empty;
    private long _version = -1;

    public Sessions(AccessDatabase database, Branches branches, IOptions<AccessOptions> options, TimeProvider time)
    {
        _database = database;
        _branches = branches;
        _options = options.Value;
        _time = time;
        branches.Changed += Refresh;
        Refresh();
    }

    public IReadOnlyCollection<User> Users => _users.Values;

    public User? FindUser(string id) => _users.GetValueOrDefault(id);

    public User? FindUserByEmail(string email)
    {
        var key = AccessDatabase.EmailKey(email);
        return _users.Values.FirstOrDefault(user => AccessDatabase.EmailKey(user.Email) == key);
    }

    /// <summary>Starts a session; the token is told once and never again.</summary>
    public (Session Session, string Token) Open(User user)
    {
        var token = Token.New();
        var expires = _time.GetUtcNow() + _options.SessionLifetime;
        var hash = Token.Hash(token);
        _database.InsertSession(hash, user.Id, expires);
        return (Keep(hash, user, expires), token);
    }

    /// <summary>The session of a token, its life extended; null when there is none.</summary>
    public Session? Find(string token)
    {
        var hash = Token.Hash(token);
        var session = _byHash.TryGetValue(hash, out var known) ? known : Load(hash);
        var now = _time.GetUtcNow();
        if (session is null || session.Expires <= now || session.Ended.IsCancellationRequested)
        {
            return null;
        }

        session.Extend(now + _options.SessionLifetime);
        return session;
    }

    public void End(Session session)
    {
        _database.DeleteSession(session.Hash);
        if (_byHash.TryRemove(session.Hash, out var current))
        {
            current.End(mayReconnect: false);
        }
    }

    /// <summary>Whether somebody changed users or sessions since the last look.</summary>
    public bool IsStale => _database.Version() != Volatile.Read(ref _version);

    /// <summary>Takes over what the database says. Sessions whose person has other rights end, and a fresh one is made when asked for.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            var version = _database.Version();
            _users = _database.Users().ToFrozenDictionary(user => user.Id, StringComparer.Ordinal);
            foreach (var session in _byHash.Values)
            {
                Compare(session);
            }

            Volatile.Write(ref _version, version);
        }
    }

    /// <summary>Ends what expired and writes down what was used.</summary>
    public void Sweep()
    {
        var now = _time.GetUtcNow();
        foreach (var session in _byHash.Values.Where(session => session.Expires <= now))
        {
            Drop(session, mayReconnect: false);
        }

        // An expiry that moved by less than this is not worth a disk write.
        var worthWhile = TimeSpan.FromTicks(Math.Min(_options.SessionLifetime.Ticks / 10, TimeSpan.TicksPerHour));
        Session[] used = [.. _byHash.Values.Where(session => session.Expires - session.StoredExpiry > worthWhile)];
        _database.RenewSessions([.. used.Select(session => (session.Hash, session.Expires))], now);
        foreach (var session in used)
        {
            session.StoredExpiry = session.Expires;
        }
    }

    private Session? Load(string hash) =>
        _database.FindSession(hash) is { } stored && stored.Expires > _time.GetUtcNow()
        && FindUser(stored.UserId) is { Disabled: false } user
            ? Keep(hash, user, stored.Expires)
            : null;

    private Session Keep(string hash, User user, DateTimeOffset expires)
    {
        var session = _byHash.GetOrAdd(hash, new Session(hash, user, IdentityOf(user), expires));

        // The person may have changed between the look at them and now.
        Compare(session);
        return session;
    }

    private void Compare(Session session)
    {
        var user = FindUser(session.User.Id);
        if (user is null or { Disabled: true } || _database.FindSession(session.Hash) is null)
        {
            Drop(session, mayReconnect: false);
            return;
        }

        if (!user.SameAs(session.User) || !IdentityOf(user).Scopes.SequenceEqual(session.Identity.Scopes))
        {
            Drop(session, mayReconnect: true);
        }
    }

    private void Drop(Session session, bool mayReconnect)
    {
        if (_byHash.TryRemove(new KeyValuePair<string, Session>(session.Hash, session)))
        {
            session.End(mayReconnect);
        }
    }

    /// <summary>Who somebody is once they have signed in.</summary>
    public Identity IdentityOf(User user)
    {
        var branches = user.Role == Roles.Admin ? _branches.All : user.BranchIds;
        return new Identity(
            user.Id, user.Name, user.Email, user.Role, branches,
            ["everyone", .. branches.Select(id => "branch:" + id), "user:" + user.Id]);
    }
}
