using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Branchline.Client.Store;
using Branchline.Protocol;

namespace Branchline.Client.Live;

/// <summary>Which file it is that the beginning lies of beside the store: its tag, what it hashes to, its form and its length.</summary>
internal sealed record ReadyMark(string Tag, string Digest, bool IsPacked, long Bytes)
{
    public static ReadyMark? Parse(string? text) => text?.Split(' ') is [var tag, var digest, var form, var bytes]
        ? new ReadyMark(tag, digest, form == "gzip", long.Parse(bytes, CultureInfo.InvariantCulture))
        : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Digest} {(IsPacked ? "gzip" : "plain")} {Bytes}");
}

/// <summary>
/// The ready file on its way, beside the store. What came stays when the line breaks or the program ends; which file it is of is in the store, so the
/// rest is asked for, or a newer one from its beginning. Nobody uses it before its hash is right.
/// </summary>
internal sealed class ReadyDownload(StoreFile store, NodeClient node, ClientOptions options)
{
    private const int BufferBytes = 128 * 1024;

    private readonly string _path = store.Path + ".ready";

    private string UnpackedPath => _path + ".db";

    /// <summary>How many bytes there are.</summary>
    public long Bytes => File.Exists(_path) ? new FileInfo(_path).Length : 0;

    /// <summary>
    /// Fetches what is missing. Answers with the path of the whole file, a refusal, or nothing when the line broke. Throws
    /// <see cref="ReadyFileException"/> when what came is of no use, and <see cref="IOException"/> when the disk does not take it.
    /// </summary>
    public async Task<Answer<string>> RunAsync(bool isFresh, CancellationToken cancellationToken)
    {
        var mark = ReadyMark.Parse(await store.ReadAsync(database => KeptValues.Find(database, KeptValues.Ready), cancellationToken).ConfigureAwait(false));
        var has = Bytes;
        if (mark is null || has > mark.Bytes)
        {
            (mark, has) = (null, 0);
        }

        var answer = await node.DatabaseAsync(mark, has, isFresh, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } sent)
        {
            return answer.As<string>();
        }

        using (sent)
        {
            if (sent.Mark is { } other)
            {
                await BeginAsync(other, cancellationToken).ConfigureAwait(false);
                mark = other;
            }

            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return await CopyAsync(sent.Body, hash, mark!, cancellationToken).ConfigureAwait(false)
                ? Answer<string>.Of(await FinishAsync(mark!, hash, cancellationToken).ConfigureAwait(false))
                : Answer<string>.Unreachable;
        }
    }

    /// <summary>Removes what nobody will go on with; when that fails, the next start tries again.</summary>
    public void RemoveLeft()
    {
        try
        {
            File.Delete(UnpackedPath);
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As above.
        }
    }

    /// <summary>It was taken, or is of no use.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        File.Delete(UnpackedPath);
        File.Delete(_path);
        await store.WriteAsync(
            database =>
            {
                KeptValues.Remove(database, KeptValues.Ready);
                return true;
            },
            null, isDurable: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Emptied before the store says of which file it is the beginning: the other way round it could be one of another.</summary>
    private async Task BeginAsync(ReadyMark mark, CancellationToken cancellationToken)
    {
        await File.WriteAllBytesAsync(_path, [], cancellationToken).ConfigureAwait(false);
        await store.WriteAsync(
            database =>
            {
                KeptValues.Save(database, KeptValues.Ready, mark.ToString());
                return true;
            },
            null, isDurable: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends what comes, and hashes all of it. False when the line broke.</summary>
    private async Task<bool> CopyAsync(Stream? from, IncrementalHash hash, ReadyMark mark, CancellationToken cancellationToken)
    {
        var file = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: false);
        await using (file.ConfigureAwait(false))
        {
            var buffer = new byte[BufferBytes];
            for (int count; (count = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                hash.AppendData(buffer, 0, count);
            }

            while (file.Position < mark.Bytes)
            {
                var count = from is null ? 0 : await ReadAsync(from, buffer, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    return false;
                }

                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                hash.AppendData(buffer, 0, count);
            }
        }

        return true;
    }

    /// <summary>Nought when the line broke, or was silent for longer than a request may take.</summary>
    private async Task<int> ReadAsync(Stream from, byte[] buffer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.RequestWithin, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            return await from.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return 0;
        }
    }

    private async Task<string> FinishAsync(ReadyMark mark, IncrementalHash hash, CancellationToken cancellationToken)
    {
        if (Bytes != mark.Bytes || ReadyFileFormat.DigestOf(hash.GetHashAndReset()) != mark.Digest)
        {
            throw new ReadyFileException(ReadyFileException.Damaged, "What came of the ready database file is not what the node sent");
        }

        if (!mark.IsPacked)
        {
            return _path;
        }

        var from = new GZipStream(File.OpenRead(_path), CompressionMode.Decompress);
        var to = File.Create(UnpackedPath);
        await using (from.ConfigureAwait(false))
        await using (to.ConfigureAwait(false))
        {
            await from.CopyToAsync(to, BufferBytes, cancellationToken).ConfigureAwait(false);
        }

        return UnpackedPath;
    }
}
