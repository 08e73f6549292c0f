using Branchline.Protocol;
using Branchline.Server.Mutations;

namespace Branchline.Merchant.Demo;

/// <summary>
/// A shop with two branches and a month behind it. The same seed tells the same story with the same ids, so that telling it
/// twice changes nothing. Every row goes through the pipeline like any other write, in the lane that yields to tills.
/// </summary>
public sealed class DemoShop(MutationPipeline pipeline, TimeProvider time, int seed = 1)
{
    // Enough to fill the writer's batches, few enough to keep memory flat.
    private const int InFlight = 256;

    private static readonly ApplyOptions Bulk = new() { Lane = Lane.Bulk, KeepRejected = false };

    /// <summary>The id of a branch of the demo, counted from 1; <see cref="StaffMember.Branches"/> names them this way.</summary>
    public Guid BranchId(int number) => new Ids(seed).Of("branch", number);

    /// <summary>Writes the whole shop; answers how many mutations there were. What is there already stays as it is.</summary>
    public async Task<int> SeedAsync(CancellationToken cancellationToken)
    {
        var waiting = new Queue<Task<MutationOutcome>>(InFlight);
        var count = 0;
        foreach (var mutation in Tell(seed, time.GetUtcNow()))
        {
            if (waiting.Count == InFlight)
            {
                MustBeDone(await waiting.Dequeue());
            }

            waiting.Enqueue(pipeline.ApplyAsync(mutation, Writer.Node, Bulk, cancellationToken));
            count++;
        }

        while (waiting.TryDequeue(out var last))
        {
            MustBeDone(await last);
        }

        return count;
    }

    /// <summary>The demo's story as mutations, in the order in which they must be applied.</summary>
    internal static IEnumerable<Mutation> Tell(int seed, DateTimeOffset now)
    {
        var story = new Story(seed, now);
        var places = new Places(story);
        var assortment = new Assortment(story, places);
        var shelves = new Shelves(story, places, assortment);
        var baskets = new Baskets(assortment, shelves);
        var orders = new OrderBoard(story, places, shelves, baskets);
        var month = new Month(story, places, shelves, new Trade(story, shelves, baskets), orders);
        return places.Tell()
            .Concat(assortment.Tell())
            .Concat(new ClientList(story, places).Tell())
            .Concat(shelves.Open())
            .Concat(month.Tell())
            .Concat(orders.Board())
            .Concat(new Counter(story, places, assortment).Tell())
            .Concat(new BackOffice(story, places, assortment).Tell())
            .Concat(places.Close());
    }

    private static void MustBeDone(MutationOutcome outcome)
    {
        if (outcome is MutationOutcome.Rejected rejected)
        {
            throw new InvalidOperationException($"The demo shop was refused: {rejected.Code}, {rejected.Reason}");
        }
    }
}
