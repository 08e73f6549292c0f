using Branchline.Server.Store.Cases;

namespace Branchline.Server.Gateway.Cases;

/// <summary>A page of a list: what the person may see of the newest cases, and where to go on.</summary>
internal sealed record CasePage<T>(IReadOnlyList<T> Cases, long? Next);

/// <summary>Reads on past cases that the person may not see, until the page is full or it has looked at enough of them.</summary>
internal static class CasePages
{
    private const int AtATime = 100;
    private const int MostLookedAt = 2000;

    public static async ValueTask<CasePage<T>> ReadAsync<T>(
        CaseQuery query, Func<CaseQuery, ValueTask<IReadOnlyList<T>>> read, Func<IReadOnlyList<T>, ValueTask<IReadOnlyList<T>>> see)
        where T : StoredCase
    {
        var found = new List<T>();
        var before = query.Before;
        for (var lookedAt = 0; lookedAt < MostLookedAt; lookedAt += AtATime)
        {
            var some = await read(query with { Before = before, Limit = AtATime });
            foreach (var seen in await see(some))
            {
                if (found.Count == query.Limit)
                {
                    return new CasePage<T>(found, found[^1].Id);
                }

                found.Add(seen);
            }

            if (some.Count < AtATime)
            {
                return new CasePage<T>(found, null);
            }

            before = some[^1].Id;
        }

        return new CasePage<T>(found, before);
    }
}
