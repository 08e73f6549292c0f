using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Gateway;

/// <summary>An app with one secret.</summary>
internal static class TestApp
{
    public static RealtimeApp Of(string id, string key, string secret) =>
        new(id, key, new AppSecrets(TimeProvider.System, new AppSecret(secret)));
}
