using System.Diagnostics;
using System.Text.Json.Nodes;
using Branchline.Protocol;
using Branchline.Server.Gateway.Apps;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Gateway.AppAdmin;

/// <summary>
/// The apps as administrators add, change and remove them while the node runs. First the database, then the registry: what
/// was answered is kept. An app of the configuration is changed there, see <see cref="ConfiguredApps"/>.
/// </summary>
internal sealed partial class StoredApps(
    AppDatabase database, ConfiguredApps configured, AppRegistry registry, DataDirectory directory, TimeProvider time, ILogger<StoredApps> logger)
{
    private readonly Lock _gate = new();

    /// <summary>Adds an app. What is not given of id, key and secret is made.</summary>
    public AppOutcome Create(NewApp wish, JsonObject settings)
    {
        var id = wish.Id ?? MadeWords.Id();
        var key = wish.Key ?? MadeWords.Key();
        var secret = wish.Secret ?? MadeWords.Secret();
        lock (_gate)
        {
            if ((NewApp.FindObjection(id, key, secret, registry) ?? SettingsPatch.FindObjection(settings)) is { } objection)
            {
                return new AppOutcome.Refused(objection);
            }

            var row = new AppDatabase.Row(id, key, SettingsPatch.Merge([], settings).ToJsonString());
            return Put(row, new AppSecrets(time, new AppSecret(secret)), () => database.Insert(row, secret)) switch
            {
                AppOutcome.Saved saved => saved with { Secret = secret },
                var refused => refused,
            };
        }
    }

    /// <summary>Merges a change into what is set.</summary>
    public AppOutcome Change(string id, JsonObject patch)
    {
        lock (_gate)
        {
            if (Find(id, configured.IsFixed(id), out var app) is { } objection)
            {
                return objection;
            }

            if (SettingsPatch.FindObjection(patch) is { } wrong)
            {
                return new AppOutcome.Refused(wrong);
            }

            var before = database.Find(id)?.Settings ?? "{}";
            var row = new AppDatabase.Row(id, app.Key, SettingsPatch.Merge(SettingsPatch.Parse(before), patch).ToJsonString());
            return Put(row, app.Secrets, () => database.Save(row));
        }
    }

    /// <summary>
    /// Puts a made secret in the place of the current one, which is still believed for the grace. No grace at all is for a
    /// secret that leaked: neither it nor those before it count any longer.
    /// </summary>
    public AppOutcome Rotate(string id, TimeSpan? wished)
    {
        lock (_gate)
        {
            if (Find(id, !configured.MayRotate(id), out var app) is { } objection)
            {
                return objection;
            }

            var grace = wished ?? configured.Own.SecretGrace;
            var secret = MadeWords.Secret();
            AppSecret[] next = [new AppSecret(secret), .. Previous(app.Secrets.Valid, grace)];
            Keep(id, secret, next);
            app.Secrets.Replace(next);
            LogRotated(id, grace);
            return new AppOutcome.Saved(app, secret);
        }
    }

    /// <summary>Takes an app away; its connections are closed.</summary>
    public AppOutcome Remove(string id)
    {
        lock (_gate)
        {
            if (Find(id, id == configured.Own.Id || configured.IsFixed(id), out _) is { } objection)
            {
                return objection;
            }

            database.Delete(id);
            registry.Remove(id);
            LogRemoved(id);
            return new AppOutcome.Removed();
        }
    }

    private AppOutcome.Refused? Find(string id, bool isFixed, out RealtimeApp app)
    {
        if (!registry.TryFindById(id, out app!))
        {
            return Refuse(ErrorCodes.AppMissing, $"There is no realtime app \"{id}\".", "GET /api/realtime/apps lists them.");
        }

        return isFixed
            ? Refuse(ErrorCodes.AppReadOnly, $"The app \"{id}\" is set by the node's configuration.", "Change it there and start the node again.")
            : null;
    }

    private AppOutcome Put(AppDatabase.Row row, AppSecrets secrets, Action write)
    {
        switch (SettingsPatch.Read(SettingsPatch.Parse(row.Settings), configured.OtherwiseFor(row.Id)))
        {
            case AppReading.Wrong wrong:
                return new AppOutcome.Refused(Problems.ForField(ErrorCodes.OutOfRange, wrong.Member, wrong.Reason));
            case AppReading.Good good:
                write();
                var app = (good.Settings with { Id = row.Id, Key = row.Key }).ToApp(secrets);
                registry.Put(app);
                LogSaved(row.Id);
                return new AppOutcome.Saved(app);
            default:
                throw new UnreachableException();
        }
    }

    private IEnumerable<AppSecret> Previous(IReadOnlyList<AppSecret> valid, TimeSpan grace) =>
        grace <= TimeSpan.Zero ? [] : [valid[0] with { Until = time.GetUtcNow() + grace }, .. valid.Skip(1)];

    private void Keep(string id, string secret, IEnumerable<AppSecret> secrets)
    {
        if (id != configured.Own.Id)
        {
            database.ReplaceSecrets(id, secrets);
            return;
        }

        // The previous one first: a crash between the two leaves the old secret in force, not lost.
        database.ReplaceSecrets(id, secrets.Where(known => known.Until is not null));
        OwnCredentials.Keep(directory.Path, secret);
    }

    private static AppOutcome.Refused Refuse(string code, string detail, string remedy) => new(Problems.For(code, detail, remedy));

    [LoggerMessage(Level = LogLevel.Information, Message = "The realtime app {Id} was saved")]
    private partial void LogSaved(string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "The realtime app {Id} has a new secret; those before it count for {Grace} more")]
    private partial void LogRotated(string id, TimeSpan grace);

    [LoggerMessage(Level = LogLevel.Information, Message = "The realtime app {Id} was removed")]
    private partial void LogRemoved(string id);
}
