using System.Diagnostics;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server.Gateway.Apps;

/// <summary>
/// The apps that the configuration names: the business's own and <c>Branchline:Apps</c>. When <paramref name="IsSecretKept"/>,
/// nobody chose the own app's secret, so it may be rotated here; when <paramref name="IsOwnOpen"/>, nothing but its credentials
/// is configured, so an administrator may set the rest.
/// </summary>
internal sealed record ConfiguredApps(AppSettings Own, IReadOnlyList<AppSettings> Further, bool IsSecretKept, bool IsOwnOpen)
{
    private const string OwnSection = "Branchline:App";
    private const string FurtherSection = "Branchline:Apps";

    private static readonly string[] Credentials =
        [nameof(AppSettings.Id), nameof(AppSettings.Key), nameof(AppSettings.Secret), nameof(AppSettings.PreviousSecrets)];

    /// <summary>Whether the configuration has the last word on an app.</summary>
    public bool IsFixed(string id) => id == Own.Id ? !IsOwnOpen : Further.Any(app => app.Id == id);

    /// <summary>Whether an app's secret can be rotated while the node runs.</summary>
    public bool MayRotate(string id) => id == Own.Id ? IsSecretKept : !IsFixed(id);

    /// <summary>What holds for a stored app where it says nothing itself.</summary>
    public AppSettings OtherwiseFor(string id) => id == Own.Id ? new AppSettings() : Own;

    /// <summary>Throws <see cref="StartRefusedException"/> when a setting is wrong.</summary>
    public static ConfiguredApps Read(IConfiguration values, string dataDirectory)
    {
        var apps = ReadWith(values, OwnCredentials.FindKept(dataDirectory));
        return apps.Own.Secret is null ? apps with { Own = apps.Own with { Secret = OwnCredentials.KeptSecret(dataDirectory) } } : apps;
    }

    /// <summary>The same without writing anything: for showing. The own app has no secret before the first start.</summary>
    public static IReadOnlyList<AppSettings> Look(IConfiguration values, string dataDirectory)
    {
        var apps = ReadWith(values, OwnCredentials.FindKept(dataDirectory));
        return [apps.Own, .. apps.Further];
    }

    private static ConfiguredApps ReadWith(IConfiguration values, string? kept)
    {
        var own = OwnCredentials.Complete(Read(values.GetSection(OwnSection), new AppSettings()), values);
        AppSettings[] further = [.. values.GetSection(FurtherSection).GetChildren().Select(section => Whole(section, Read(section, own)))];
        RefuseTwice([own, .. further], app => app.Id!, "id");
        RefuseTwice([own, .. further], app => app.Key!, "key");
        return new ConfiguredApps(own with { Secret = own.Secret ?? kept }, further, own.Secret is null, IsOpen(values.GetSection(OwnSection)));
    }

    private static AppSettings Read(IConfigurationSection section, AppSettings otherwise) => AppReading.Read(section, otherwise) switch
    {
        AppReading.Wrong wrong => throw new StartRefusedException($"A setting is wrong: {section.Path}:{wrong.Setting}: {wrong.Reason}"),
        AppReading.Good good => good.Settings,
        var other => throw new UnreachableException(other.ToString()),
    };

    private static AppSettings Whole(IConfigurationSection section, AppSettings app)
    {
        foreach (var (name, value) in new[] { ("Id", app.Id), ("Key", app.Key), ("Secret", app.Secret) })
        {
            if (string.IsNullOrWhiteSpace(value))
            {
                throw new StartRefusedException($"A setting is missing: {section.Path}:{name}; an app in the configuration has an id, a key and a secret");
            }
        }

        return app;
    }

    private static bool IsOpen(IConfigurationSection section) =>
        section.GetChildren().All(setting => Credentials.Contains(setting.Key, StringComparer.OrdinalIgnoreCase));

    private static void RefuseTwice(IEnumerable<AppSettings> apps, Func<AppSettings, string> word, string what)
    {
        if (apps.GroupBy(word, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new StartRefusedException($"A setting is wrong: two realtime apps have the {what} \"{twice.Key}\"; each has its own");
        }
    }
}
