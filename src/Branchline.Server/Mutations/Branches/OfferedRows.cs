using Branchline.Protocol;

namespace Branchline.Server.Mutations.Branches;

/// <summary>Takes rows that another node offers; one that cannot be taken stops no other.</summary>
internal sealed class OfferedRows(MutationPipeline pipeline)
{
    /// <summary>Merges them by their stamps. <paramref name="passedOver"/> is told of each that was not taken, and why.</summary>
    public async Task TakeAsync(IReadOnlyList<BranchChange> rows, Offerer offerer, Action<BranchChange, Objection> passedOver, CancellationToken cancellationToken)
    {
        var passed = new List<(BranchChange, Objection)>();
        try
        {
            await pipeline.TakeOverAsync(Batch(rows, offerer, passed), cancellationToken);
        }
        catch (InvalidOperationException) when (rows.Count > 1)
        {
            foreach (var row in rows)
            {
                await TakeAsync([row], offerer, passedOver, cancellationToken);
            }

            return;
        }
        catch (InvalidOperationException failure)
        {
            passed = [(rows[0], new Objection(ErrorCodes.Parked, failure.Message))];
        }

        passed.ForEach(one => passedOver(one.Item1, one.Item2));
    }

    private static ReplicatedBatch Batch(IReadOnlyList<BranchChange> rows, Offerer offerer, List<(BranchChange, Objection)> passed) =>
        new(offerer.Writer.UserId, rows) { IsEqual = true, Offerer = offerer, PassedOver = (change, why) => passed.Add((change, why)) };
}
