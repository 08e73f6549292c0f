using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Tables.Query;

/// <summary>Where a list counts its days: in the branch it asks for, else in the caller's only branch, else where the node is.</summary>
internal sealed class DayZones(BusinessSchema schema, RowReader rows, NodeOptions options)
{
    private readonly TableSchema? _branches = schema.BranchTable;
    private readonly TimeZoneInfo _zone = options.Zone;

    public async ValueTask<TimeZoneInfo> FindAsync(RestTable table, IQueryCollection query, Identity identity, CancellationToken cancellationToken)
    {
        // Most lists name no day, and need not know.
        if (_branches is null || !query.Any(parameter => FilterParameter.SplitValues(parameter.Value).Exists(text => QueryValue.TryParseDay(text, out _))))
        {
            return _zone;
        }

        var asked = query.Where(parameter => table.Find(parameter.Key)?.Field.Table == _branches.Name)
            .SelectMany(parameter => FilterParameter.SplitValues(parameter.Value)).ToList();
        var branches = asked.Count > 0 ? asked : identity.BranchIds;
        return branches.Count == 1 && Guid.TryParseExact(branches[0], "D", out var id)
            ? BranchTime.ZoneOf((await rows.FindAsync(_branches, id, identity.Scopes, cancellationToken))?.Fields, _zone)
            : _zone;
    }
}
