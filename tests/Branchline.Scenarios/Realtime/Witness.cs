namespace Branchline.Scenarios.Realtime;

/// <summary>A well-behaved client and its backend, while others misbehave: it hears each event, once, in order.</summary>
internal sealed class Witness : IDisposable
{
    private const string Channel = "private-witness";
    private const int Fewest = 20;
    private readonly CancellationTokenSource _closing = new();
    private readonly RealtimeNode _node;
    private readonly RawClient _client;
    private readonly Task<int> _publishing;

    private Witness(RealtimeNode node, RawClient client)
    {
        (_node, _client) = (node, client);
        _publishing = PublishAsync();
    }

    public static async Task<Witness> ComeAsync(RealtimeNode node)
    {
        var client = await RawClient.ConnectAsync(node.Address!);
        await client.JoinAsync(Channel);
        return new Witness(node, client);
    }

    /// <summary>Fails when anything that was acknowledged was not heard.</summary>
    public async Task TestifyAsync()
    {
        await _closing.CancelAsync();
        var published = await _publishing;
        for (var number = 0; number < published; number++)
        {
            var heard = await _client.ReceiveAsync();
            Assert.Contains($"\"data\":\"{number}\"", heard!.Text, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _closing.Dispose();
    }

    private async Task<int> PublishAsync()
    {
        var number = 0;
        while (!_closing.IsCancellationRequested || number < Fewest)
        {
            using var answer = await _node.PublishAsync("tick", $"{number}", Channel);
            answer.EnsureSuccessStatusCode();
            number++;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }

        return number;
    }
}
