using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Store.Backups;

/// <summary>
/// Takes a backup before whatever replaces much of the database at once: a first load over rows, a reset, the recovery of a master, an import. One at a
/// time; writers go on meanwhile.
/// </summary>
internal sealed partial class Backups(DataDirectory directory, IOptions<BackupOptions> options, TimeProvider time, ILogger<Backups> logger) : IDisposable
{
    private readonly BackupFolder _folder = new(directory.Path, options.Value);
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>All of them, newest first.</summary>
    public IReadOnlyList<Backup> List() => _folder.List();

    /// <summary>Makes one, and lets the oldest go. Throws <see cref="BackupFailedException"/>.</summary>
    public async Task<Backup> TakeAsync(string reason, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var backup = await Task.Run(() => _folder.Take(reason, time.GetUtcNow()), cancellationToken);
            _folder.Prune();
            LogTaken(backup.Name, backup.Bytes >> 10);
            return backup;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Backup {Name}, {Kilobytes} KB")]
    private partial void LogTaken(string name, long kilobytes);
}
