namespace Branchline.Tests.Monitor;

/// <summary>Asks again until it is so.</summary>
internal static class Eventually
{
    public static async Task AsTrueAsync(Func<Task<bool>> condition, string otherwise)
    {
        for (var look = 0; look < 1200; look++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.Fail(otherwise);
    }
}
