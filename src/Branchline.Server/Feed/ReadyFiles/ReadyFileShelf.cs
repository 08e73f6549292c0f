using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>
/// Ready files for many at the price of one: whoever comes while a file is made, or within a while of that, is given the same one if they may see the
/// same. It stays for as long as somebody may come back for its rest; how many and how large they are together is bounded.
/// </summary>
internal sealed class ReadyFileShelf(
    ReadyFileMaker maker, ReadyFileFolder folder, IOptions<FeedOptions> options, TimeProvider time, IHostApplicationLifetime lifetime, ReadyFileMeter meter)
    : IDisposable
{
    private readonly FeedOptions _options = options.Value;
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;
    private readonly Lock _gate = new();

    // One at a time: a second one at once would take the other core from the tills.
    private readonly SemaphoreSlim _making = new(1);

    // Under the gate: what is on the disk, and what is given to who begins, by whom it is for.
    private readonly List<ReadyFile> _kept = [];
    private readonly Dictionary<string, Task<ReadyFile>> _current = new(StringComparer.Ordinal);

    /// <summary>The file that a reader like this was given before, by its tag, to read on in it; null when it is gone.</summary>
    public ReadyFileLease? Find(ReadyFileReader reader, string tag)
    {
        lock (_gate)
        {
            foreach (var file in _kept)
            {
                if (file.Reader.Key == reader.Key && file.FormOf(tag) is { } form)
                {
                    return Lend(file, form);
                }
            }
        }

        return null;
    }

    /// <summary>The file for who begins. Throws <see cref="ReadyFileUnavailableException"/>.</summary>
    public async Task<ReadyFileLease> TakeAsync(ReadyFileReader reader, bool isFresh, bool isPacked, CancellationToken cancellationToken)
    {
        while (true)
        {
            var file = await Current(reader, isFresh).WaitAsync(cancellationToken);
            isFresh = false;
            if (TryLend(file) is { } lease)
            {
                return isPacked ? await PackAsync(lease) : lease;
            }
        }
    }

    /// <summary>Takes away what nobody will come back for.</summary>
    public void Sweep()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var file in _kept.Where(file => file.Readers == 0 && now - file.UsedAt > _options.HoldForSnapshots).ToArray())
            {
                Remove(file);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var file in _kept.ToArray())
            {
                Remove(file);
            }
        }

        _making.Dispose();
    }

    private Task<ReadyFile> Current(ReadyFileReader reader, bool isFresh)
    {
        lock (_gate)
        {
            if (!isFresh && _current.TryGetValue(reader.Key, out var known) && IsShared(known))
            {
                return known;
            }

            foreach (var (key, _) in _current.Where(one => !IsShared(one.Value)).ToArray())
            {
                _current.Remove(key);
            }

            return _current[reader.Key] = MakeAsync(reader);
        }
    }

    /// <summary>From when it is done it is shared for a while, however long the making took: who lost patience and comes again finds it.</summary>
    private bool IsShared(Task<ReadyFile> file) => !file.IsCompleted || (file.IsCompletedSuccessfully && !file.Result.IsGone && IsYoung(file.Result));

    private bool IsYoung(ReadyFile file) => time.GetUtcNow() - file.MadeAt is var age && age >= TimeSpan.Zero && age <= _options.ShareSnapshots;

    // By nobody's token: whoever asked first may go away, and the others still wait for it.
    private async Task<ReadyFile> MakeAsync(ReadyFileReader reader)
    {
        await Task.Yield();
        await _making.WaitAsync(CancellationToken.None);
        try
        {
            return await MakeAsync(reader, MakeRoom());
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<ReadyFile> MakeAsync(ReadyFileReader reader, long most)
    {
        var path = folder.NextPath();
        try
        {
            var seq = await maker.MakeAsync(reader, path, Math.Min(most, folder.Room), _stopping);
            var file = new ReadyFile(reader, seq, ReadyForm.Of(path, null), time.GetUtcNow());
            lock (_gate)
            {
                _kept.Add(file);
                meter.Keeps(_kept.Sum(one => one.Bytes));
            }

            meter.Made();
            return file;
        }
        catch (Exception failure)
        {
            ReadyFileFolder.Remove(path);
            if (failure is not (SqliteFailure or IOException or UnauthorizedAccessException or StartRefusedException or OperationCanceledException))
            {
                throw;
            }

            throw new ReadyFileUnavailableException("A ready database file could not be made", failure);
        }
    }

    /// <summary>Takes away those that were used longest ago, until half of what files may take is free for another. Answers with what is.</summary>
    private long MakeRoom()
    {
        lock (_gate)
        {
            var idle = new Queue<ReadyFile>(_kept.Where(file => file.Readers == 0).OrderBy(file => file.UsedAt));
            while (idle.Count > 0 && (_kept.Count >= _options.ReadyFiles || _kept.Sum(file => file.Bytes) > _options.ReadyFileBytes / 2))
            {
                Remove(idle.Dequeue());
            }

            return _kept.Count < _options.ReadyFiles
                ? _options.ReadyFileBytes - _kept.Sum(file => file.Bytes)
                : throw new ReadyFileUnavailableException($"As many ready files as may be are being read ({FeedOptions.Section}:{nameof(FeedOptions.ReadyFiles)})");
        }
    }

    /// <summary>Where there is no room for the compressed form it goes as it is.</summary>
    private async Task<ReadyFileLease> PackAsync(ReadyFileLease lease)
    {
        var room = _options.ReadyFileBytes;
        lock (_gate)
        {
            room -= _kept.Sum(file => file.Bytes);
        }

        if (lease.File.Packed is null && lease.Form.Bytes > Math.Min(room, folder.Room))
        {
            return lease;
        }

        try
        {
            // By nobody's token: while it is made it must not be taken away.
            lease.Form = await lease.File.PackAsync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As above.
        }

        return lease;
    }

    private ReadyFileLease? TryLend(ReadyFile file)
    {
        lock (_gate)
        {
            // It may have had to make room in between.
            return file.IsGone ? null : Lend(file, file.Plain);
        }
    }

    private ReadyFileLease Lend(ReadyFile file, ReadyForm form)
    {
        file.Readers++;
        Use(file);
        meter.Taken();
        return new ReadyFileLease(file, form, GiveBack);
    }

    private void GiveBack(ReadyFile file)
    {
        lock (_gate)
        {
            file.Readers--;
            Use(file);
        }
    }

    private void Use(ReadyFile file)
    {
        file.UsedAt = time.GetUtcNow();
        maker.Renew(file.Reader, file.Seq);
        meter.Keeps(_kept.Sum(one => one.Bytes));
    }

    private void Remove(ReadyFile file)
    {
        file.IsGone = true;
        _kept.Remove(file);
        meter.Keeps(_kept.Sum(one => one.Bytes));
        ReadyFileFolder.Remove(file.Plain.Path);
        if (file.Packed is { } packed)
        {
            ReadyFileFolder.Remove(packed.Path);
        }
    }
}
