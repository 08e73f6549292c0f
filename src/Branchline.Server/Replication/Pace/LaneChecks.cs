using System.Globalization;
using Branchline.Server.Mutations.Branches;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.Pace;

/// <summary>Refuses to start with a lane that is none, or with a window or rate that cannot be.</summary>
internal sealed class LaneChecks(IConfiguration configuration) : IValidateOptions<ReplicationOptions>
{
    private const string Section = ReplicationOptions.Section + ":" + nameof(ReplicationOptions.Lanes);
    private const int Fastest = 1_000_000;

    private static readonly string[] Known = [nameof(LaneOptions.MaxChangesPerSecond), nameof(LaneOptions.Window)];

    public ValidateOptionsResult Validate(string? name, ReplicationOptions options)
    {
        string[] failures = [.. Unread(), .. options.Lanes.SelectMany(lane => Wrong(lane.Key, lane.Value)), .. WrongZone(options.LaneTimeZone)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // What the binder passes over without a word.
    private IEnumerable<string> Unread()
    {
        foreach (var lane in configuration.GetSection(Section).GetChildren())
        {
            if (!Lanes.InOrder.Contains(lane.Key, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{Section}:{lane.Key}: there is no such lane; the lanes are {string.Join(", ", Lanes.InOrder)}.";
            }

            foreach (var setting in lane.GetChildren().Where(setting => !Known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)))
            {
                yield return $"{setting.Path}: a lane has no such setting; it has {string.Join(" and ", Known)}.";
            }

            if (lane[nameof(LaneOptions.MaxChangesPerSecond)] is { } rate && !int.TryParse(rate, NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
            {
                yield return $"{Section}:{lane.Key}:{nameof(LaneOptions.MaxChangesPerSecond)} is {rate}; it is a number from 1 to {Fastest}.";
            }
        }
    }

    private static IEnumerable<string> Wrong(string lane, LaneOptions settings)
    {
        if (settings.Window is { } window && !LaneWindow.TryParse(window, out _))
        {
            yield return $"{Section}:{lane}:{nameof(LaneOptions.Window)} is {window}; it is two different times of day, such as 22:00-06:00.";
        }

        if (settings.MaxChangesPerSecond is < 1 or > Fastest)
        {
            yield return $"{Section}:{lane}:{nameof(LaneOptions.MaxChangesPerSecond)} is {settings.MaxChangesPerSecond}; it is a number from 1 to {Fastest}.";
        }
    }

    private static IEnumerable<string> WrongZone(string? zone)
    {
        if (zone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            yield return $"{ReplicationOptions.Section}:{nameof(ReplicationOptions.LaneTimeZone)} is {zone}; it is the IANA name of a time zone, such as UTC or Asia/Kolkata.";
        }
    }
}
