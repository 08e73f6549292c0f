namespace Branchline.Tests.Replication.Hostile;

/// <summary>Messages signed as they should be, that say what no branch says: a program that is broken, or somebody who has its key.</summary>
[Trait("Kind", Soak.Kind)]
public sealed class HostileMessageTests
{
    private const int Messages = 600;

    [Fact]
    public async Task Whatever_a_branch_says_the_master_answers_in_order_and_tells_nothing_of_others()
    {
        await using var master = await HostileMaster.OpenAsync();
        var (messages, known) = (await HostileMessages.AllAsync(master), HostileMessages.Known(master));
        foreach (var (path, json) in messages)
        {
            Assert.True((await master.Raw.AskAsync(path, json)).MustBeSound(path).IsTaken, path);
        }

        await Soak.RepeatAsync(async round =>
        {
            var random = new System.Random(round);
            var mutator = new JsonMutator(random, known);
            for (var number = 0; number < Messages; number++)
            {
                var (path, json) = messages[random.Next(messages.Length)];
                await AskAsync(master, path, mutator.Mutate(json), $"round {round}, message {number}");
            }
        });
        await master.MustServeAsync();
    }

    private static async Task AskAsync(HostileMaster master, string path, string json, string where)
    {
        if (path == "/branch/states")
        {
            master.AskForRows();
        }

        var head = master.Head;
        var because = $"{where}, {path} {json[..Math.Min(json.Length, 1500)]}";
        var answer = (await master.Raw.AskAsync(path, json)).MustBeSound(because);
        Assert.False(answer.Text.Contains(HostileMaster.Secret, StringComparison.Ordinal), because);
        if (!answer.IsTaken || path is not ("/branch/push" or "/branch/states"))
        {
            Assert.True(head == master.Head, because);
        }

        if (path == "/branch/report" && answer.IsTaken)
        {
            await master.MustTellAsync();
        }
    }
}
