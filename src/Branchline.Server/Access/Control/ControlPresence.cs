using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Access.Control;

/// <summary>Keeps <see cref="ControlFile"/> for as long as the node listens.</summary>
internal sealed partial class ControlPresence(
    ControlToken token, DataDirectory directory, IServer server, ILogger<ControlPresence> logger) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (addresses.Select(BindingAddress.Parse).Select(UrlOf).FirstOrDefault() is { } url)
        {
            Try(() => new ControlFile(url, token.Value).Write(directory.Path));
        }

        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        Try(() => ControlFile.Remove(directory.Path));
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A node that listens everywhere is reached at home.
    private static string UrlOf(BindingAddress address)
    {
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }

    // Selling goes on without the command line.
    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogFailed(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "control.json could not be written; commands such as `branchline app` will not find this node")]
    private partial void LogFailed(Exception failure);
}
