using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.MasterSlave;

/// <summary>
/// Begins to follow the master that <c>MASTER_URL</c> names when this node has joined none, and says at every start what it does. One that was named before
/// and is no longer is left; what it was not told yet is told once it is named again.
/// </summary>
internal sealed partial class ForeignFollowing(Masters masters, IOptions<ReplicationOptions> options, IConfiguration configuration, ILogger<ForeignFollowing> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var address = Address(options.Value.MasterUrl);
        var name = address is null ? null : "sync-" + Joining.NameOf(address);
        var joined = masters.All.FirstOrDefault(master => !master.IsForeign);
        foreach (var before in masters.All.Where(master => master.IsForeign && (joined is not null || master.Name != name)))
        {
            await masters.RemoveAsync(before, cancellationToken);
            LogLeft(before.Url);
        }

        if (address is null)
        {
            return;
        }

        if (joined is not null)
        {
            LogUnused(joined.Name);
            return;
        }

        var url = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (masters.Find(name!) is not { } known)
        {
            await masters.AddAsync(new MasterState(name!, url, string.Empty, string.Empty) { IsForeign = true }, cancellationToken);
        }
        else if (known.Url != url)
        {
            await masters.SaveAsync(known with { Url = url }, cancellationToken);
        }

        Say(url);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Say(string url)
    {
        if (!options.Value.Enabled)
        {
            LogByHand(url);
        }
        else if (string.IsNullOrEmpty(configuration[ForeignLine.TokenName]))
        {
            LogWithoutToken(url);
        }
        else
        {
            LogFollowing(url);
        }
    }

    private static Uri? Address(string? url) =>
        string.IsNullOrWhiteSpace(url) ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new StartRefusedException($"A setting is wrong: MASTER_URL is {url}; it is an address such as https://office.example.");

    [LoggerMessage(Level = LogLevel.Information, Message = "MASTER_URL: this node follows {Url} by its endpoints upload, download and acknowledge")]
    private partial void LogFollowing(string url);

    [LoggerMessage(Level = LogLevel.Warning, Message = "MASTER_URL: this node follows {Url} by its endpoints upload, download and acknowledge, and shows no credential because MASTER_TOKEN is not set. A Branchline is joined instead: branchline join TOKEN")]
    private partial void LogWithoutToken(string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "MASTER_URL: this node follows {Url} by its endpoints upload, download and acknowledge, when branchline sync run says so: SYNC_ENABLED is off")]
    private partial void LogByHand(string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "MASTER_URL is not used: this node has joined {Master}")]
    private partial void LogUnused(string master);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This node follows {Url} no longer, because MASTER_URL names it no longer or a master was joined. Its rows stay")]
    private partial void LogLeft(string url);
}
