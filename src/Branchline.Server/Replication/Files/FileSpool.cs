using Branchline.Protocol;
using Microsoft.Extensions.Options;

namespace Branchline.Server.Replication.Files;

/// <summary>
/// Where files of batches lie on their way: a folder of their own in the data directory, readable by its owner only. A file is there whole before
/// anything of it is applied or sent, so neither a slow disk nor a slow line holds anything up. What a run left there goes at the next start.
/// </summary>
internal sealed class FileSpool
{
    private const string Passing = ".passing";

    private readonly string _path;
    private readonly long _mostBytes;
    private readonly IdSource _ids;

    public FileSpool(DataDirectory directory, IdSource ids, IOptions<ReplicationOptions> options)
    {
        (_path, _ids, _mostBytes) = (Path.Combine(directory.Path, "exchange"), ids, options.Value.FileBytes);
        foreach (var left in Directory.Exists(_path) ? Directory.GetFiles(_path, "*" + Passing) : [])
        {
            File.Delete(left);
        }
    }

    /// <summary>An empty file that is gone once it is closed.</summary>
    public FileStream Create()
    {
        DataDirectory.Make(_path);
        return Open(Path.Combine(_path, _ids.Next().ToString("N") + Passing), FileMode.CreateNew, FileOptions.DeleteOnClose);
    }

    /// <summary>What arrives, whole, to be read from the beginning. Throws <see cref="BatchFileException"/> when it is larger than allowed.</summary>
    public async Task<FileStream> TakeAsync(Stream arriving, CancellationToken cancellationToken)
    {
        var file = Create();
        try
        {
            var buffer = new byte[128 * 1024];
            while (await arriving.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                if (file.Length + read > _mostBytes)
                {
                    throw new BatchFileException(
                        ErrorCodes.BodyTooLarge, $"The file is larger than {_mostBytes} bytes", "Raise Branchline:Sync:FileBytes here, or lower it where the file was exported: the rest goes into another one");
                }

                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>The last file of a branch, kept to be answered; null when there is none.</summary>
    public FileStream? Find(string link)
    {
        var path = PathOf(link);
        return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete) : null;
    }

    /// <summary>Keeps a branch's file in place of the one before.</summary>
    public async Task KeepAsync(string link, FileStream file, CancellationToken cancellationToken)
    {
        var next = PathOf(link) + Passing;
        await using (var kept = Open(next, FileMode.Create, FileOptions.None))
        {
            file.Position = 0;
            await file.CopyToAsync(kept, cancellationToken);
            kept.Flush(flushToDisk: true);
        }

        File.Move(next, PathOf(link), overwrite: true);
    }

    // The link's id is one that this node made.
    private string PathOf(string link) => Path.Combine(_path, link + ".batches");

    private static FileStream Open(string path, FileMode mode, FileOptions how)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Delete, Options = how | FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
