using System.Globalization;
using Branchline.Merchant.Demo.Telling;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Branchline.Server.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Branchline.Merchant.Demo;

/// <summary>
/// A shop with two branches and a month behind it. The same seed tells the same story with the same ids, so that telling it
/// twice changes nothing. Every row goes through the pipeline like any other write, in the lane that yields to tills.
/// </summary>
public sealed class DemoShop(Node node, TimeProvider time, int seed = 1)
{
    // A till that sells meanwhile waits for one commit of these at most.
    private const int PerCommit = 64;

    private static readonly ApplyOptions Bulk = new() { Lane = Lane.Bulk, KeepRejected = false };

    /// <summary>Whether the shop was made to its end: its people are made last.</summary>
    public bool Stands => Staff.All.All(member => node.Users.FindByEmail(member.Email) is not null);

    /// <summary>The id of a branch of the shop, counted from 1.</summary>
    public static Guid BranchId(int number, int seed = 1) => new Ids(seed).Of("branch", number);

    /// <summary>
    /// Writes the whole shop and its staff; answers how many mutations there were, 0 when the shop stands already.
    /// What is there already stays as it is.
    /// </summary>
    public async Task<int> SeedAsync(CancellationToken cancellationToken)
    {
        if (Stands)
        {
            return 0;
        }

        var count = await ApplyAsync(Tell(seed, await EndOfStoryAsync(cancellationToken)), cancellationToken);
        Hire();
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
        IEnumerable<Mutation>[] parts =
        [
            places.Tell(),
            assortment.Tell(),
            new ClientList(story, places).Tell(),
            shelves.Open(),
            month.Tell(),
            orders.Board(),
            new Counter(story, places, assortment).Tell(),
            new BackOffice(story, places, assortment).Tell(),
            places.Close(),
        ];

        // One part after the other: what a part tells depends on what the parts before it left on the shelves.
        return parts.SelectMany(part => part);
    }

    /// <summary>Now; or, when a start was cut short, the moment at which its story ended, read off the first row: the rest must fit to it.</summary>
    private async Task<DateTimeOffset> EndOfStoryAsync(CancellationToken cancellationToken)
    {
        var branches = node.Services.GetRequiredService<BusinessSchema>().Tables["branches"];
        var first = await node.Services.GetRequiredService<RowReader>().FindAsync(
            branches, BranchId(1, seed), [ScopeRule.Everyone], cancellationToken);
        return first is null
            ? DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds())
            : DateTimeOffset.Parse(first.Fields["created_at"].AsText!, CultureInfo.InvariantCulture) + Places.Age;
    }

    private async Task<int> ApplyAsync(IEnumerable<Mutation> story, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var mutations in story.Chunk(PerCommit))
        {
            foreach (var outcome in await node.Mutations.ApplyAllAsync(mutations, Writer.Node, Bulk, cancellationToken))
            {
                MustBeDone(outcome);
            }

            count += mutations.Length;
        }

        return count;
    }

    private void Hire()
    {
        foreach (var member in Staff.All.Where(member => node.Users.FindByEmail(member.Email) is null))
        {
            var wish = new NewUser(member.Name, member.Email, member.Role, Staff.Password)
            {
                Id = member.Id,
                BranchIds = [.. member.Branches.Select(number => BranchId(number, seed).ToString())],
            };
            if (node.Users.Create(wish) is UserOutcome.Refused refused)
            {
                throw new InvalidOperationException($"The demo's {member.Email} was refused: {refused.Code}, {refused.Reason}");
            }
        }
    }

    private static void MustBeDone(MutationOutcome outcome)
    {
        if (outcome is MutationOutcome.Rejected rejected)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"The demo shop was refused: {rejected.Code} {rejected.Table}.{rejected.Field}, {rejected.Reason}"));
        }
    }
}
