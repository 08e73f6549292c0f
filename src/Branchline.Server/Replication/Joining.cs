using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication;

/// <summary>How a node begins to follow a master, and how it ends that.</summary>
internal sealed class Joining(SqliteStore store, Masters masters, MasterLine line, TimeProvider time)
{
    /// <summary>
    /// Uses the token up and follows the master from then on. A node that has rows of its own does not join: they would be taken for rows that the master
    /// dropped. Throws <see cref="JoinRefusedException"/>.
    /// </summary>
    public async Task<MasterState> JoinAsync(string token, string url, bool isSealed, CancellationToken cancellationToken)
    {
        var parts = token.Trim().Split('.');
        if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            throw new JoinRefusedException(ErrorCodes.TokenInvalid, "That is no token of a master; copy the whole line that `branchline branch add NAME` printed there");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new JoinRefusedException(ErrorCodes.ParameterInvalid, $"{url} is no address of a master; say for example https://office.example:8000");
        }

        if (masters.All.Length == 0 && store.Layouts.Values.Any(HasRows))
        {
            throw new JoinRefusedException(ErrorCodes.NotEmpty, "This node has rows of its own. Join with a new data directory: what the master has is loaded into it");
        }

        try
        {
            var joined = await line.JoinAsync(url, (parts[0], parts[1]), cancellationToken);
            var master = new MasterState(NameOf(address), url.TrimEnd('/'), joined.Link, joined.Key) { Epoch = joined.Epoch, KeySince = time.GetUtcNow(), IsSealed = isSealed, Scopes = [.. joined.Scopes] };
            await masters.AddAsync(master, cancellationToken);
            return master;
        }
        catch (MasterException refusal)
        {
            throw new JoinRefusedException(refusal.Code, refusal.Message, refusal);
        }
    }

    // Its host is what an operator knows it by; two on one host are told apart by their ports.
    private string NameOf(Uri address)
    {
        var name = address.IsDefaultPort ? address.Host : $"{address.Host}-{address.Port}";
        return masters.Find(name) is null ? name : throw new JoinRefusedException(ErrorCodes.RowExists, $"This node follows {name} already");
    }

    private bool HasRows(TableLayout layout)
    {
        using var lease = store.ReaderPool.RentAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return lease.Database.Scalar($"SELECT 1 FROM {layout.Name} LIMIT 1") is not null;
    }
}

/// <summary>Why a node may not follow a master.</summary>
internal sealed class JoinRefusedException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Code => code;
}
