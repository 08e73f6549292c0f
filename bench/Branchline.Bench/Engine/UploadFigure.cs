using Branchline.Client;
using Branchline.Protocol;

namespace Branchline.Bench.Engine;

/// <summary>10,000 one-row mutations made without a network: how long until the node has answered for all of them.</summary>
internal static class UploadFigure
{
    private const string Name = "upload";
    private const int Mutations = 10_000;
    private const int AtOnce = 500;

    public static async Task<IEnumerable<Figure>> MeasureAsync(BenchClients clients, BenchRun run)
    {
        var (whole, live, cpu) = (new double[run.Runs], new double[run.Runs], new double[run.Runs]);
        await (await clients.InStepAsync(Name)).DisposeAsync();
        for (var index = -1; index < run.Runs; index++)
        {
            await WriteOfflineAsync(clients);
            var before = clients.Seat.Node.CpuTime;
            var (took, sending) = await SendAsync(clients);
            if (index >= 0)
            {
                (whole[index], live[index]) = (took.TotalSeconds, sending.TotalSeconds);
                cpu[index] = (clients.Seat.Node.CpuTime - before).TotalMicroseconds / Mutations;
            }
        }

        return
        [
            new Figure($".NET client: upload of {Mutations:N0} offline one-row mutations, from being live to the last answer", "s", live) { Below = 0.3, Cpu = cpu },
            new Figure(".NET client: the same from opening its file", "s", whole),
        ];
    }

    private static async Task WriteOfflineAsync(BenchClients clients)
    {
        await using var client = await clients.OpenOfflineAsync(Name);
        for (var done = 0; done < Mutations; done += AtOnce)
        {
            await Task.WhenAll(Enumerable.Range(done, AtOnce).Select(number => client.MutateAsync(draft => draft.Insert(
                "clients", client.NewId(),
                ("name", FieldValue.Of($"Client {number}")),
                ("branch_id", FieldValue.Of(clients.Seat.Branch.ToString())),
                ("phone", FieldValue.Of($"+49 30 {number:D7}")),
                ("city", FieldValue.Of("Berlin"))))));
        }

        if (client.Outbox.Waiting != Mutations)
        {
            throw new InvalidOperationException($"{client.Outbox.Waiting} mutations wait");
        }
    }

    private static async Task<(TimeSpan Whole, TimeSpan Live)> SendAsync(BenchClients clients)
    {
        var started = TimeProvider.System.GetTimestamp();
        await using var client = await clients.ConnectAsync(Name);
        var live = Task.Run(async () =>
        {
            await foreach (var state in client.StatesAsync())
            {
                if (state is ConnectionState.Live)
                {
                    break;
                }
            }

            return TimeProvider.System.GetTimestamp();
        });
        await client.Outbox.WhenSentAsync();
        var ended = TimeProvider.System.GetTimestamp();
        if (client.Outbox.Summary.Rejected > 0)
        {
            throw new InvalidOperationException("Some of the mutations were refused");
        }

        return (TimeProvider.System.GetElapsedTime(started, ended), TimeProvider.System.GetElapsedTime(await live, ended));
    }
}
