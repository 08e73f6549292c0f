using System.IO.Compression;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>One of the forms in which a file is sent. The tag names the content.</summary>
internal sealed record ReadyForm(string Path, string? Encoding, byte[] Hash, long Bytes)
{
    public string Tag { get; } = Convert.ToHexStringLower(Hash);

    public static ReadyForm Of(string path, string? encoding) => new(path, encoding, ReadyFileMaker.HashOf(path), new FileInfo(path).Length);
}

/// <summary>A file that was made, for whom, and who uses it. What changes is <see cref="ReadyFileShelf"/>'s, under its gate.</summary>
internal sealed class ReadyFile
{
    public const string Gzip = "gzip";

    private readonly Lazy<Task<ReadyForm>> _packed;

    public ReadyFile(ReadyFileReader reader, long seq, ReadyForm plain, DateTimeOffset madeAt)
    {
        (Reader, Seq, Plain, MadeAt, UsedAt) = (reader, seq, plain, madeAt, madeAt);
        _packed = new(() => Task.Run(Pack));
    }

    public ReadyFileReader Reader { get; }

    /// <summary>The log is held from this change on.</summary>
    public long Seq { get; }

    public ReadyForm Plain { get; }

    public DateTimeOffset MadeAt { get; }

    /// <summary>When it was last begun to be sent, or sent to the end.</summary>
    public DateTimeOffset UsedAt { get; set; }

    /// <summary>To how many it is being sent.</summary>
    public int Readers { get; set; }

    /// <summary>It was taken away.</summary>
    public bool IsGone { get; set; }

    /// <summary>The compressed form, when there is one.</summary>
    public ReadyForm? Packed => _packed is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? _packed.Value.Result : null;

    public long Bytes => Plain.Bytes + (Packed?.Bytes ?? 0);

    public ReadyForm? FormOf(string tag) => Plain.Tag == tag ? Plain : Packed?.Tag == tag ? Packed : null;

    /// <summary>Compresses it once, for everybody who takes it so.</summary>
    public Task<ReadyForm> PackAsync() => _packed.Value;

    private ReadyForm Pack()
    {
        var path = Plain.Path + ".gz";
        try
        {
            using (var from = File.OpenRead(Plain.Path))
            using (var to = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            {
                from.CopyTo(to);
            }

            return ReadyForm.Of(path, Gzip);
        }
        catch
        {
            ReadyFileFolder.Remove(path);
            throw;
        }
    }
}
