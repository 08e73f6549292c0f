using System.IO.Compression;

namespace Branchline.Server.Feed.Snapshots;

/// <summary>A chunk as it was read, which never changes, and its compressed forms: each made once, when it is first asked for.</summary>
internal sealed class ShelvedChunk
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    private readonly Lazy<ReadOnlyMemory<byte>> _brotli;
    private readonly Lazy<ReadOnlyMemory<byte>> _gzip;

    public ShelvedChunk(ReadOnlyMemory<byte> json, string tag)
    {
        Json = json;
        Tag = tag;
        _brotli = new(() => Compress(to => new BrotliStream(to, CompressionLevel.Fastest)));
        _gzip = new(() => Compress(to => new GZipStream(to, CompressionLevel.Fastest)));
    }

    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>Names the reading: read again, it may hold newer rows. A hash of the content would cost more than its reading.</summary>
    public string Tag { get; }

    /// <summary>What it takes of the memory.</summary>
    public long Bytes => Json.Length + Made(_brotli) + Made(_gzip);

    /// <summary>The chunk in one of its forms; null is as it is.</summary>
    public ReadOnlyMemory<byte> In(string? encoding) => encoding switch
    {
        Brotli => _brotli.Value,
        Gzip => _gzip.Value,
        _ => Json,
    };

    private static int Made(Lazy<ReadOnlyMemory<byte>> form) => form.IsValueCreated ? form.Value.Length : 0;

    private ReadOnlyMemory<byte> Compress(Func<Stream, Stream> open)
    {
        using var made = new MemoryStream();
        using (var stream = open(made))
        {
            stream.Write(Json.Span);
        }

        return made.ToArray();
    }
}
