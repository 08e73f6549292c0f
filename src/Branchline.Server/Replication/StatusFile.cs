using System.Text.Json;
using System.Text.Json.Serialization;
using Branchline.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Branchline.Server.Replication;

/// <summary>System C's status, in its own words.</summary>
internal sealed record SyncStatusFile(
    string? LastSyncedAt, string Status, long PendingRecords, string? LastError, int RetryCount, string CreatedAt, string UpdatedAt);

/// <summary>
/// Keeps <c>sync_status.json</c> in the data directory after every round, so that what watches a system C need not be taught anything. A reader finds
/// the old file or the new one, never half of one.
/// </summary>
internal sealed partial class StatusFile(RoundBook book, DataDirectory directory, TimeProvider time, ILogger<StatusFile> logger) : BackgroundService
{
    private const string Name = "sync_status.json";

    private readonly SemaphoreSlim _changed = new(0, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        book.Changed += Wake;
        try
        {
            while (true)
            {
                await _changed.WaitAsync(stoppingToken);
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        finally
        {
            book.Changed -= Wake;
        }
    }

    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    private void Wake()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is written after this one.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var all = await book.ReadAsync(cancellationToken);
        if (all.Count == 0)
        {
            return;
        }

        // Of several masters the one that is worst off is told.
        var worst = all.OrderByDescending(master => master.RetryCount).ThenBy(master => master.LastSyncedAt).First();
        var now = TimestampConverter.Format(time.GetUtcNow());
        var file = Path.Combine(directory.Path, Name);
        try
        {
            var told = new SyncStatusFile(
                worst.LastSyncedAt is { } synced ? TimestampConverter.Format(synced) : null, worst.Status,
                all.Sum(master => master.Pending.Values.Sum(lane => lane.Waiting + lane.Held)), worst.LastError, worst.RetryCount, CreatedAt(file) ?? now, now);
            await File.WriteAllBytesAsync(file + ".new", JsonSerializer.SerializeToUtf8Bytes(told, StatusFileJson.Default.SyncStatusFile), cancellationToken);
            File.Move(file + ".new", file, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(failure.Message);
        }
    }

    private static string? CreatedAt(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), StatusFileJson.Default.SyncStatusFile)?.CreatedAt : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "sync_status.json could not be written: {Reason}")]
    private partial void LogNotWritten(string reason);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(SyncStatusFile))]
internal sealed partial class StatusFileJson : JsonSerializerContext;
