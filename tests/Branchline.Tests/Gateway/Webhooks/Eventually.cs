namespace Branchline.Tests.Gateway.Webhooks;

/// <summary>Waits for what another loop brings about.</summary>
internal static class Eventually
{
    public static async Task AsTrueAsync(Func<bool> condition, Func<string> otherwise)
    {
        for (var look = 0; look < 1200 && !condition(); look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.True(condition(), otherwise());
    }
}
