using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Tests.Gateway;

/// <summary>A real Kestrel on a free loopback port.</summary>
internal sealed class SocketHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SocketHost(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First().Replace("http:", "ws:", StringComparison.Ordinal));

    public IServiceProvider Services => _app.Services;

    public static async Task<SocketHost> StartAsync(Action<WebApplicationBuilder> services, Action<WebApplication> routes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        services(builder);
        var app = builder.Build();
        app.UseWebSockets();
        routes(app);
        await app.StartAsync();
        return new SocketHost(app);
    }

    public Task<TestSocket> ConnectAsync(string path) => TestSocket.ConnectAsync(Address, path);

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
