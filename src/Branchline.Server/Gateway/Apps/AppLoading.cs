using Microsoft.Extensions.Logging;

namespace Branchline.Server.Gateway.Apps;

/// <summary>Makes the registry at start: the configuration first, then what is stored. The configuration has the last word.</summary>
internal sealed partial class AppLoading(AppDatabase database, ConfiguredApps configured, TimeProvider time, ILogger<AppLoading> logger)
{
    public AppRegistry Load()
    {
        var stored = database.Apps();
        var own = stored.FirstOrDefault(row => row.Id == configured.Own.Id) is { } row && !configured.IsFixed(row.Id)
            ? Over(row with { Key = configured.Own.Key! })
            : configured.Own;
        RealtimeApp[] fixedApps =
        [
            own.ToApp(OwnSecrets()),
            .. configured.Further.Select(app => app.ToApp(new AppSecrets(time, app.Secrets))),
        ];
        return new AppRegistry(fixedApps[0], [.. fixedApps[1..], .. stored.Where(row => IsFree(row, fixedApps)).Select(Further)]);
    }

    private AppSecrets OwnSecrets() => new(
        time, [.. configured.Own.Secrets, .. configured.IsSecretKept ? database.Secrets(configured.Own.Id!, time.GetUtcNow()) : []]);

    private bool IsFree(AppDatabase.Row row, RealtimeApp[] fixedApps)
    {
        if (row.Id == configured.Own.Id)
        {
            return false;
        }

        var isFree = !Array.Exists(fixedApps, app => app.Id == row.Id || app.Key == row.Key);
        if (!isFree)
        {
            LogShadowed(row.Id);
        }

        return isFree;
    }

    private RealtimeApp Further(AppDatabase.Row row) => Over(row).ToApp(new AppSecrets(time, database.Secrets(row.Id, time.GetUtcNow())));

    // Settings that do not hold any longer must not open more than they meant to.
    private AppSettings Over(AppDatabase.Row row)
    {
        var reading = SettingsPatch.Read(SettingsPatch.Parse(row.Settings), configured.OtherwiseFor(row.Id));
        if (reading is AppReading.Wrong wrong)
        {
            LogWrong(row.Id, wrong.Setting, wrong.Reason);
        }

        var settings = (reading as AppReading.Good)?.Settings ?? new AppSettings { Enabled = false };
        return settings with { Id = row.Id, Key = row.Key };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The stored realtime app {Id} is not served: the configuration has an app of the same id or key")]
    private partial void LogShadowed(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "The realtime app {Id} is disabled: its {Setting} is wrong ({Reason})")]
    private partial void LogWrong(string id, string setting, string reason);
}
