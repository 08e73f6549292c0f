using Branchline.Protocol;
using Branchline.Server.Access.Links;
using Branchline.Server.Store.Backups;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Replication;

/// <summary>How a node begins to follow a master, and how it ends that.</summary>
internal sealed class Joining(SqliteStore store, Masters masters, BranchLinks links, Follower follower, MasterLine line, Backups backups, TimeProvider time)
{
    /// <summary>
    /// Uses the token up and follows the master from then on. A node that has rows of its own joins equals only: a master would take them for rows that it
    /// dropped. Only one master has the last word; of equals there may be any number. Throws <see cref="JoinRefusedException"/>.
    /// </summary>
    public async Task<MasterState> JoinAsync(string token, string url, (bool IsSealed, bool IsForced) how, CancellationToken cancellationToken)
    {
        var parts = token.Trim().Split('.');
        var isEqual = parts is [_, _, InvitationToken.Equal];
        if (parts is not [{ Length: > 0 }, { Length: > 0 }] && !isEqual)
        {
            throw new JoinRefusedException(ErrorCodes.TokenInvalid, "That is no token of a master; copy the whole line that `branchline branch add NAME` printed there");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new JoinRefusedException(ErrorCodes.ParameterInvalid, $"{url} is no address of a master; say for example https://office.example:8000");
        }

        if (masters.All.FirstOrDefault(master => master.Link == parts[0]) is { } known)
        {
            return await JoinAgainAsync(known, url, (parts[0], parts[1]), cancellationToken);
        }

        if (!isEqual && masters.All.FirstOrDefault(master => !master.TakesRows) is { } other)
        {
            throw new JoinRefusedException(
                ErrorCodes.RowExists,
                $"This node follows {other.Name} already, which has the last word. Leave it first (branchline sync leave {other.Name}), or have yourself invited as an equal (branch add NAME --equal)");
        }

        if (!isEqual && links.All.FirstOrDefault(link => link is { IsEqual: true, IsRemoved: false }) is { } equal)
        {
            throw new JoinRefusedException(
                ErrorCodes.RowExists, $"{equal.Name} follows this node as an equal and would hear what a master may still refuse. Remove it first (branchline branch remove {equal.Id}), and let this node join it instead");
        }

        if (await HasRowsAsync(cancellationToken))
        {
            if (!isEqual)
            {
                throw NotEmpty();
            }

            await KeepAsync(how.IsForced, cancellationToken);
        }

        try
        {
            var joined = await line.JoinAsync(url, (parts[0], parts[1]), cancellationToken);
            if (joined.Equal != isEqual)
            {
                throw new JoinRefusedException(ErrorCodes.TokenInvalid, "The token was changed on its way here: ask for a new one, and copy the whole line");
            }

            var master = new MasterState(NameOf(address), url.TrimEnd('/'), joined.Link, joined.Key) { Epoch = joined.Epoch, KeySince = time.GetUtcNow(), IsSealed = how.IsSealed, Scopes = [.. joined.Scopes], IsEqual = joined.Equal, HoldsAll = joined.All };

            // The token is used up: whoever hung up meanwhile has joined all the same.
            await masters.AddAsync(master, CancellationToken.None);
            foreach (var foreign in masters.All.Where(other => other.IsForeign))
            {
                await follower.LeaveAsync(foreign.Name, CancellationToken.None);
            }

            return master;
        }
        catch (MasterException refusal)
        {
            throw new JoinRefusedException(refusal.Code, refusal.Message, refusal);
        }
        catch (NotEmptyException)
        {
            throw NotEmpty();
        }
    }

    /// <summary>The other node's rows are about to come over those of this one.</summary>
    private async Task KeepAsync(bool isForced, CancellationToken cancellationToken)
    {
        try
        {
            await backups.TakeAsync(BackupReasons.FirstLoad, cancellationToken);
        }
        catch (BackupFailedException failure) when (!isForced)
        {
            throw new JoinRefusedException(ErrorCodes.BackupFailed, failure.Message, failure);
        }
        catch (BackupFailedException)
        {
            // Whoever forces it was told before.
        }
    }

    /// <summary>With a new key for a link that this node has: it was locked out, or the master moved. What waits and how far was read stay.</summary>
    private async Task<MasterState> JoinAgainAsync(MasterState known, string url, (string Link, string Secret) token, CancellationToken cancellationToken)
    {
        try
        {
            var joined = await line.JoinAsync(url, token, cancellationToken);
            await follower.ChangeAsync(
                known.Name, state => state with { Url = url.TrimEnd('/'), Key = joined.Key, KeySince = time.GetUtcNow() }, CancellationToken.None);
            return masters.Find(known.Name)!;
        }
        catch (MasterException refusal)
        {
            throw new JoinRefusedException(refusal.Code, refusal.Message, refusal);
        }
    }

    private static JoinRefusedException NotEmpty() =>
        new(ErrorCodes.NotEmpty, "This node has rows of its own. Join with a new data directory: what the master has is loaded into it; or have yourself invited as an equal (branch add NAME --equal): then both sides' rows are merged");

    // Its host is what an operator knows it by.
    public static string NameOf(Uri address) => address.IsDefaultPort ? address.Host : $"{address.Host}-{address.Port}";

    // Before the token is used up; Masters looks again in the transaction that makes it a master.
    private async Task<bool> HasRowsAsync(CancellationToken cancellationToken)
    {
        using var lease = await store.ReaderPool.RentAsync(cancellationToken);
        return MasterTable.HasRows(lease.Database, store.Layouts.Values);
    }
}

/// <summary>Why a node may not follow a master.</summary>
internal sealed class JoinRefusedException(string code, string message, Exception? cause = null) : Exception(message, cause)
{
    public string Code => code;
}
