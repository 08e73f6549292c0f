using System.Collections.Frozen;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;

namespace Branchline.Server.Gateway.Tables;

/// <summary>Every declared table by the name in its address; <c>stock-requests</c> and <c>stock_requests</c> are the same.</summary>
internal sealed class RestTables
{
    private readonly FrozenDictionary<string, RestTable> _byRoute;

    public RestTables(BusinessSchema schema)
    {
        var owners = schema.Tables.Values
            .Where(table => table.Scope.Kind == ScopeRule.Branch).Select(table => table.Fields[table.Scope.Field!].Table).ToHashSet();
        All = [.. schema.Tables.Values.Select(table => new RestTable(table) { GivesScopes = owners.Contains(table.Name) })];
        var byRoute = new Dictionary<string, RestTable>(StringComparer.Ordinal);
        foreach (var table in All)
        {
            byRoute[table.Name] = table;
            byRoute[table.Route] = table;
        }

        _byRoute = byRoute.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<RestTable> All { get; }

    /// <summary>Why the person may not write to the address, or null and its table. Whether they may write the row is the pipeline's to say.</summary>
    public Problem? Open(string route, out RestTable table)
    {
        if (_byRoute.TryGetValue(route, out table!))
        {
            return null;
        }

        return Problems.For(ErrorCodes.UnknownTable, $"There is no table \"{route}\"", "Use one of " + string.Join(", ", All.Select(known => known.Route)))
            with
        { Table = route };
    }

    /// <summary>Why the person may not read at the address, or null and its table.</summary>
    public Problem? OpenToRead(string route, Identity identity, out RestTable table)
    {
        if (Open(route, out table) is { } unknown)
        {
            return unknown;
        }

        return table.MayRead(identity)
            ? null
            : Problems.For(ErrorCodes.AccessDenied, $"The role {identity.Role} may not read {table.Name}", "Ask a manager") with { Table = table.Name };
    }
}
