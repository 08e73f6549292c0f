using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Replication;

/// <summary>A round as it is written down.</summary>
internal sealed record StoredRound(
    string Id, DateTimeOffset StartedAt, long Ticks, int Applied, int Merged, int Refused, int Changes, int Rows, int Repaired, Dictionary<string, string> Errors);

/// <summary>What is written down of the rounds with a master, the newest first.</summary>
internal sealed record StoredRounds(string Master, DateTimeOffset? LastSyncedAt, string? LastError, int Retries, List<StoredRound> Rounds);

/// <summary>
/// Keeps the last rounds in <c>sync_rounds.json</c>, so that a node that was started again still tells when it was last in step, and what went wrong
/// before. Written at most every five seconds, and when the node stops. What a crash takes of it is history only.
/// </summary>
internal sealed partial class RoundHistory(RoundBook book, DataDirectory directory, TimeProvider time, ILogger<RoundHistory> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private volatile bool _isChanged;

    private string File => Path.Combine(directory.Path, "sync_rounds.json");

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Read();
        book.Changed += Note;
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        book.Changed -= Note;
        Write();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                Write();
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private void Note() => _isChanged = true;

    private void Read()
    {
        try
        {
            if (System.IO.File.Exists(File))
            {
                book.Recall(JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), RoundHistoryJson.Default.ListStoredRounds) ?? []);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(failure.Message);
        }
    }

    private void Write()
    {
        if (!_isChanged)
        {
            return;
        }

        _isChanged = false;
        try
        {
            System.IO.File.WriteAllBytes(File + ".new", JsonSerializer.SerializeToUtf8Bytes(book.Store(), RoundHistoryJson.Default.ListStoredRounds));
            System.IO.File.Move(File + ".new", File, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "sync_rounds.json could not be read, so the history of rounds begins anew: {Reason}")]
    private partial void LogNotRead(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "sync_rounds.json could not be written: {Reason}")]
    private partial void LogNotWritten(string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<StoredRounds>))]
internal sealed partial class RoundHistoryJson : JsonSerializerContext;
