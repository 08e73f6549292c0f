using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Branchline.Server.Replication.Pace;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication;

/// <summary>
/// How a branch follows its masters. Section <c>Branchline:Sync</c>; <c>SYNC_ENABLED</c> and <c>SYNC_INTERVAL</c> (seconds) say the same.
/// </summary>
public sealed class ReplicationOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline:Sync";

    /// <summary>Whether rounds run by themselves. By default they do once the node has joined a master.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How often a round runs without a reason. The default is a minute; news of either side makes one at once.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an answer may take. The default is 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause after failures in a row; each is twice the one before, a little more or less. The default is a minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Mutations in one push, from 1 to 500. The default is 500.</summary>
    [Range(1, 500)]
    public int PushCount { get; set; } = 500;

    /// <summary>Bytes of mutations in one push before they are packed. The default is 4 MB.</summary>
    [Range(1024, 7 * 1024 * 1024)]
    public int PushBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Changes in one page of a scope. The default is 2,000.</summary>
    [Range(1, 5000)]
    public int PullCount { get; set; } = 2000;

    /// <summary>How many mutations that a master has are kept for one that is put back to an older copy. The default is 100,000.</summary>
    [Range(0, 100_000_000)]
    public int KeepSent { get; set; } = 100_000;

    /// <summary>A master that knows the endpoints upload, download and acknowledge only, followed while this node has joined none; <c>MASTER_URL</c> says the same. By default there is none.</summary>
    public string? MasterUrl { get; set; }

    /// <summary>The tables that such a master has, separated by commas; <c>MASTER_TABLES</c> says the same. By default it is told of all and asked for all.</summary>
    public string? MasterTables { get; set; }

    internal string[] MasterTableNames => MasterTables?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The largest file of batches that is taken; one that is written ends at half of it, and the rest goes into another. The default is 1 GB.</summary>
    [Range(1L << 20, 1L << 36)]
    public long FileBytes { get; set; } = 1L << 30;

    /// <summary>Windows and rates of lanes by their names. By default every lane is always open and has no limit.</summary>
    public Dictionary<string, LaneOptions> Lanes { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The IANA name of the time zone of the lanes' windows. The default is that of the machine.</summary>
    public string? LaneTimeZone { get; set; }
}

/// <summary>The names that system C's owners know.</summary>
internal sealed class ReplicationVariables(IConfiguration configuration) : IConfigureOptions<ReplicationOptions>
{
    public void Configure(ReplicationOptions options)
    {
        if (configuration["SYNC_ENABLED"] is { Length: > 0 } enabled)
        {
            options.Enabled = enabled is "1" || (bool.TryParse(enabled, out var told) && told);
        }

        if (configuration["SYNC_INTERVAL"] is { Length: > 0 } interval)
        {
            options.Interval = int.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
                ? TimeSpan.FromSeconds(seconds)
                : throw new StartRefusedException($"A setting is wrong: SYNC_INTERVAL is {interval}; it is a number of seconds, such as 60.");
        }

        options.MasterUrl = configuration["MASTER_URL"] is { Length: > 0 } url ? url : options.MasterUrl;
        options.MasterTables = configuration["MASTER_TABLES"] is { Length: > 0 } tables ? tables : options.MasterTables;
    }
}
