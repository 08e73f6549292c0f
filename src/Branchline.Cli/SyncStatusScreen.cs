using System.Globalization;
using System.Text.Json;

namespace Branchline.Cli;

/// <summary>What <c>branchline sync status</c> says: alerts first, then the masters, the branches, the devices and the log.</summary>
internal static class SyncStatusScreen
{
    public static void Show(JsonElement status)
    {
        ShowNode(status);
        ShowAlerts(status);
        foreach (var master in List(status, "masters"))
        {
            ShowMaster(master);
        }

        if (List(status, "masters").Length == 0)
        {
            Console.WriteLine("This node follows no master.");
        }

        ShowBranches(status);
        ShowBelow(status.GetProperty("topology"));
        ShowDevices(status);
        ShowBackups(status);
    }

    private static void ShowBackups(JsonElement status)
    {
        if (List(status, "backups").FirstOrDefault() is { ValueKind: JsonValueKind.Object } backup)
        {
            Console.WriteLine($"Last backup: {Text(backup, "name")} ({List(status, "backups").Length} kept; branchline backup list, branchline restore NAME)");
        }
    }

    private static void ShowNode(JsonElement status)
    {
        var (node, schedule) = (status.GetProperty("node"), status.GetProperty("schedule"));
        var disk = node.TryGetProperty("disk", out var room) && room.ValueKind == JsonValueKind.Object ? $", {Bytes(room.GetProperty("free").GetInt64())} free" : "";
        Console.WriteLine($"Branchline {Text(node, "version")} on {Text(node, "host")}{disk}");
        Console.WriteLine(schedule.GetProperty("enabled").GetBoolean()
            ? $"Rounds run on news and every {Seconds(schedule.GetProperty("intervalSeconds").GetDouble())}."
            : "Rounds run only when somebody says so (SYNC_ENABLED).");
    }

    private static void ShowAlerts(JsonElement status)
    {
        foreach (var alert in List(status, "alerts"))
        {
            Console.WriteLine($"ALERT {Text(alert, "kind")}: {Text(alert, "name")}: {Text(alert, "text")} (since {CaseAnswers.Time(alert, "since")})");
        }
    }

    private static void ShowMaster(JsonElement master)
    {
        var next = CaseAnswers.Time(master, "nextRoundAt");
        Console.WriteLine(
            $"{Text(master, "name")} at {Text(master, "url")}: {Text(master, "status")}, last round {CaseAnswers.Time(master, "lastSyncedAt")}{(next.Length > 0 ? $", next by {next}" : "")}{Skew(master)}");
        if (Text(master, "lastError") is { Length: > 0 } error)
        {
            Console.WriteLine($"  {error} (tried {Text(master, "retryCount")} times)");
        }

        Screen.ShowTable(["Lane", "Waits", "Held", "Oldest", ""], List(master, "lanes").Select(lane => new[]
        {
            Text(lane, "name"), Text(lane, "pending"), Text(lane, "held"), CaseAnswers.Time(lane, "oldest"), Pace(lane),
        }));
    }

    private static string Pace(JsonElement lane) => string.Join(", ", new[]
    {
        lane.GetProperty("isPaused").GetBoolean() ? "paused" : "",
        CaseAnswers.Time(lane, "closedUntil") is { Length: > 0 } opens ? $"closed until {opens}" : Text(lane, "window") is { Length: > 0 } window ? $"open {window}" : "",
        Text(lane, "maxChangesPerSecond") is { Length: > 0 } most ? $"{most}/s" : "",
    }.Where(part => part.Length > 0));

    private static void ShowBranches(JsonElement status)
    {
        if (List(status, "branches").Length == 0)
        {
            return;
        }

        Console.WriteLine("Branches below it:");
        Screen.ShowTable(
            ["Id", "Name", "State", "Contact", "Last heard of", "Behind", "Lag", "Waits there", "Version", "Clock", ""],
            List(status, "branches").Select(link =>
            {
                var report = link.TryGetProperty("report", out var told) && told.ValueKind == JsonValueKind.Object ? told : default;
                var hasReport = report.ValueKind == JsonValueKind.Object;
                return new[]
                {
                    Text(link, "id"), Text(link, "name"), Text(link, "state"), Text(link, "contact"), CaseAnswers.Time(link, "seenAt"), Text(link, "behind"), Lag(link),
                    hasReport ? Text(report, "pendingUp") : "", hasReport ? Text(report, "version") : "", hasReport ? Signed(report.GetProperty("skewSeconds").GetDouble()) : "",
                    Trouble(link, report),
                };
            }));
    }

    // What is wrong with it, in a few words.
    private static string Trouble(JsonElement link, JsonElement report)
    {
        var words = new List<string>();
        if (link.TryGetProperty("refusal", out var refusal) && refusal.ValueKind == JsonValueKind.Object)
        {
            words.Add(Text(refusal, "code"));
        }

        if (report.ValueKind == JsonValueKind.Object)
        {
            words.AddRange(report.GetProperty("errors").EnumerateObject().Select(error => $"{error.Name}: {error.Value.GetString()}"));
            words.AddRange(report.GetProperty("hasSameSchema").GetBoolean() ? [] : ["another schema"]);
        }

        words.AddRange(link.TryGetProperty("isFloorHolder", out var holds) && holds.GetBoolean() ? ["holds the log"] : []);
        return string.Join("; ", words);
    }

    private static void ShowBelow(JsonElement top)
    {
        if (List(top, "branches").Any(branch => List(branch, "branches").Length > 0))
        {
            Console.WriteLine("The tree:");
            ShowTree(top, 1);
        }
    }

    private static void ShowTree(JsonElement node, int depth)
    {
        var cut = Text(node, "cut") is { Length: > 0 } why ? $" (ends here: {why})" : "";
        Console.WriteLine($"{new string(' ', depth * 2)}{Text(node, "name")}: {Text(node, "contact")}{cut}");
        foreach (var branch in List(node, "branches"))
        {
            ShowTree(branch, depth + 1);
        }
    }

    private static void ShowDevices(JsonElement status)
    {
        var devices = List(status, "devices");
        if (devices.Length > 0)
        {
            Console.WriteLine("Devices:");
            Screen.ShowTable(["Id", "User", "Last heard of", "Behind", ""], devices.Select(device => new[]
            {
                Text(device, "id"), Text(device, "userName"), device.GetProperty("isLive").GetBoolean() ? "live" : CaseAnswers.Time(device, "seenAt"), Text(device, "behind"),
                string.Join("; ", Warnings(device)),
            }));
        }

        var floor = status.GetProperty("floor");
        if (List(floor, "holders") is [var holder, ..])
        {
            Console.WriteLine($"The log is kept for the last {Text(floor, "changes")} changes, by {(Text(holder, "name") is { Length: > 0 } name ? name : Text(holder, "holder"))}.");
        }
    }

    // What a person should know of a device; a disk that keeps what it is given needs no word.
    private static IEnumerable<string> Warnings(JsonElement device)
    {
        if (device.GetProperty("isFloorHolder").GetBoolean())
        {
            yield return "holds the log";
        }

        if (Text(device, "storage") is "best_effort" or "private")
        {
            yield return Text(device, "storage") == "private" ? "private window: unsent work goes when it closes" : "the browser may delete unsent work";
        }
    }

    private static string Lag(JsonElement link) =>
        link.TryGetProperty("lagSeconds", out var lag) && lag.ValueKind == JsonValueKind.Number ? Seconds(lag.GetDouble()) : "";

    private static string Skew(JsonElement master) =>
        master.TryGetProperty("skewSeconds", out var skew) && skew.ValueKind == JsonValueKind.Number && Math.Abs(skew.GetDouble()) >= 1
            ? $", this clock {Signed(skew.GetDouble())}"
            : "";

    private static string Signed(double seconds) => seconds.ToString("+0.#;-0.#;0", CultureInfo.InvariantCulture) + " s";

    private static string Seconds(double seconds) => seconds < 120 ? $"{seconds:0} s" : $"{seconds / 60:0} min";

    private static string Bytes(long bytes) => bytes < 1L << 30 ? $"{bytes >> 20} MB" : $"{bytes >> 30} GB";

    private static JsonElement[] List(JsonElement one, string member) => [.. one.GetProperty(member).EnumerateArray()];

    private static string Text(JsonElement one, string member) => CaseAnswers.Text(one, member);
}
