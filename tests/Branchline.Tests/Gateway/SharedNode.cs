namespace Branchline.Tests.Gateway;

/// <summary>One node for all tests of a class: each makes people and connections of its own.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    public const string Secret = "7ad3773142a6692b25b8";

    internal TestNode Node { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Node = await TestNode.StartAsync(new TestSettings { Values = { ["PUSHER_APP_SECRET"] = Secret } });

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
