using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Fanout;
using Branchline.Server.Feed;
using Branchline.Server.Schema;
using Branchline.Server.Store;
using Microsoft.Extensions.Hosting;

namespace Branchline.Server.Access;

/// <summary>Keeps the list of branches in step with their rows: the table that the schema's branch scopes refer to.</summary>
internal sealed class BranchWatch(BusinessSchema schema, RowReader reader, Branches branches) : Dialect, IHostedService
{
    private const int MostBranches = 10_000;

    private readonly TableSchema? _table = schema.BranchTable;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_table is not null)
        {
            var rows = await reader.QueryAsync(new RowQuery(_table, [ScopeRule.Everyone]) { Limit = MostBranches }, cancellationToken);
            branches.Replace([.. rows.Select(row => row.Id.ToString())]);
        }
    }

    public override void Announce(CommittedBatch batch, Broadcaster broadcaster)
    {
        foreach (var change in batch.Changes.Where(change => change.Table == _table))
        {
            var id = change.Id.ToString();
            var others = branches.All.Where(branch => branch != id);
            branches.Replace([.. change.Kind == ChangeKind.Delete ? others : others.Append(id)]);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
