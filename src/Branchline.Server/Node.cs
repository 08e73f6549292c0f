using System.Net;
using Branchline.Server.Access;
using Branchline.Server.Mutations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server;

/// <summary>One running Branchline. Made by <see cref="BranchlineServer"/>.</summary>
public sealed partial class Node : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataDirectory _directory;
    private readonly ILogger<Node> _logger;
    private bool _isStarted;

    internal Node(WebApplication app, DataDirectory directory)
    {
        _app = app;
        _directory = directory;
        _logger = app.Services.GetRequiredService<ILogger<Node>>();
    }

    /// <summary>Where the node listens, once it is started.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _app.Urls];

    /// <summary>The one write path.</summary>
    public MutationPipeline Mutations => _app.Services.GetRequiredService<MutationPipeline>();

    /// <summary>The people.</summary>
    public Users Users => _app.Services.GetRequiredService<Users>();

    /// <summary>Makes ids by the node's clock.</summary>
    public IdSource Ids => _app.Services.GetRequiredService<IdSource>();

    internal IServiceProvider Services => _app.Services;

    /// <summary>Opens the store and listens. Throws <see cref="StartRefusedException"/> when it cannot.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
            _isStarted = true;
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartRefusedException(
                $"{AddressOf(failure.Message)} is in use by another program; stop it, or choose another port with --urls.", failure);
        }
        catch (System.Net.Sockets.SocketException failure)
        {
            throw new StartRefusedException($"The node cannot listen on {string.Join(", ", _app.Urls)}: {failure.Message}.", failure);
        }
        catch (InvalidOperationException failure) when (failure.Message.Contains("HTTPS", StringComparison.Ordinal))
        {
            throw new StartRefusedException(
                "An https address needs a certificate: set Kestrel__Certificates__Default__Path and …__KeyPath, or use http.", failure);
        }
        catch (OptionsValidationException failure)
        {
            throw new StartRefusedException($"A setting is wrong: {string.Join(' ', failure.Failures)}", failure);
        }

        LogStarted(_directory.Path, string.Join(", ", Addresses));
    }

    /// <summary>Waits until the process is asked to stop, then stops.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Stops listening, finishes what was accepted, lets go of the data directory.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isStarted)
        {
            await _app.StopAsync(CancellationToken.None);
        }

        await _app.DisposeAsync();
        _directory.Dispose();
    }

    // Kestrel names the address in its message only: "Failed to bind to address http://127.0.0.1:8000: address already in use."
    private static string AddressOf(string message)
    {
        var words = message.Split(' ');
        return Array.Find(words, word => word.Contains("://", StringComparison.Ordinal))?.TrimEnd(':') ?? "The address";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Branchline serves {Directory} at {Addresses}")]
    private partial void LogStarted(string directory, string addresses);
}
