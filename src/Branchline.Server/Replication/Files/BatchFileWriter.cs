using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Replication.Files;

/// <summary>Writes a file of batches block by block, each packed and signed as a question over the line is.</summary>
internal sealed class BatchFileWriter
{
    private readonly Stream _stream;
    private readonly string _key;
    private readonly FileHead _head;
    private long _index;

    private BatchFileWriter(Stream stream, string key, FileHead head) => (_stream, _key, _head) = (stream, key, head);

    /// <summary>How large it has become.</summary>
    public long Bytes => _stream.Length;

    public long Mutations { get; private set; }

    public long Changes { get; private set; }

    public static async Task<BatchFileWriter> BeginAsync(Stream stream, string key, FileHead head, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(BatchFrame.Magic.ToArray(), cancellationToken);
        var writer = new BatchFileWriter(stream, key, head);
        await writer.WriteAsync(BatchFrame.Head, JsonSerializer.SerializeToUtf8Bytes(head, FileJson.Default.FileHead), cancellationToken);
        return writer;
    }

    public Task WriteAsync(FileBlock block, CancellationToken cancellationToken)
    {
        Mutations += block.Push?.Places.Count ?? block.Outcomes?.Count ?? 0;
        Changes += block.Pages?.Reply.Pages.Sum(page => page.Changes.Count) ?? block.States?.Changes.Count ?? 0;
        return WriteAsync(BatchFrame.Block, Pack(block), cancellationToken);
    }

    /// <summary>Without its end a file is taken for one that was cut.</summary>
    public async Task<FileEnd> EndAsync(bool more, CancellationToken cancellationToken)
    {
        var end = new FileEnd(Mutations, Changes, more);
        await WriteAsync(BatchFrame.End, Pack(new FileBlock { End = end }), cancellationToken);
        await _stream.FlushAsync(cancellationToken);
        return end;
    }

    private byte[] Pack(FileBlock block) => BranchSeal.Pack(JsonSerializer.SerializeToUtf8Bytes(block, FileJson.Default.FileBlock), _key, _head.Sealed);

    private Task WriteAsync(char kind, byte[] body, CancellationToken cancellationToken) =>
        new BatchFrame(kind, BranchSeal.SignBlock(_key, _head.Id, (_index++, kind), body), body).WriteAsync(_stream, cancellationToken);
}
