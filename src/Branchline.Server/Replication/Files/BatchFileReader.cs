using System.Runtime.CompilerServices;
using System.Text.Json;
using Branchline.Protocol;

namespace Branchline.Server.Replication.Files;

/// <summary>
/// Reads a file of batches: its head first, which says for whom it is; then all of its signatures, before anything of it is believed; then block by block.
/// </summary>
internal sealed class BatchFileReader
{
    private readonly Stream _stream;
    private readonly BatchFrame _first;
    private readonly long _start;
    private string? _key;

    private BatchFileReader(Stream stream, BatchFrame first, FileHead head)
    {
        (_stream, _first, Head) = (stream, first, head);
        _start = stream.Position;
    }

    public FileHead Head { get; }

    /// <summary>The key that it was signed with, once that is known.</summary>
    public string Key => _key ?? throw new InvalidOperationException("The file is not verified");

    /// <summary>A stream that can be read again. Throws <see cref="BatchFileException"/> when it is no such file.</summary>
    public static async Task<BatchFileReader> OpenAsync(Stream stream, CancellationToken cancellationToken)
    {
        var magic = new byte[BatchFrame.Magic.Length];
        var read = await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < magic.Length || !BatchFrame.Magic.SequenceEqual(magic))
        {
            throw NoneOfOurs();
        }

        if (await BatchFrame.ReadAsync(stream, cancellationToken) is not { Kind: BatchFrame.Head } first)
        {
            throw BatchFrame.Cut();
        }

        try
        {
            var head = JsonSerializer.Deserialize(first.Body, FileJson.Default.FileHead) ?? throw NoneOfOurs();
            return head.Format == FileHead.CurrentFormat
                ? new BatchFileReader(stream, first, head)
                : throw new BatchFileException(
                    ErrorCodes.FileInvalid, $"The file is of format {head.Format}; this program reads {FileHead.CurrentFormat}", "Bring both sides to the same version");
        }
        catch (JsonException)
        {
            throw BatchFrame.Changed();
        }
    }

    /// <summary>Looks through all of it: every block is where it was written, and the end is there. Throws <see cref="BatchFileException"/>.</summary>
    public async Task VerifyAsync(IEnumerable<string?> keys, CancellationToken cancellationToken)
    {
        _key = keys.FirstOrDefault(key => key is not null && IsSigned(key, 0, _first)) ?? throw BatchFrame.Changed();
        _stream.Position = _start;
        var last = _first.Kind;
        for (var index = 1; await BatchFrame.ReadAsync(_stream, cancellationToken) is { } frame; index++)
        {
            if (!IsSigned(_key, index, frame) || last == BatchFrame.End)
            {
                throw BatchFrame.Changed();
            }

            last = frame.Kind;
        }

        if (last != BatchFrame.End)
        {
            throw BatchFrame.Cut();
        }
    }

    /// <summary>What it holds, from the beginning; the end is the last. Only once it is verified.</summary>
    public async IAsyncEnumerable<FileBlock> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _stream.Position = _start;
        while (await BatchFrame.ReadAsync(_stream, cancellationToken) is { } frame)
        {
            yield return Unpack(frame);
        }
    }

    private FileBlock Unpack(BatchFrame frame)
    {
        try
        {
            return JsonSerializer.Deserialize(BranchSeal.Unpack(frame.Body, Key, Head.Sealed), FileJson.Default.FileBlock) ?? throw BatchFrame.Changed();
        }
        catch (Exception failure) when (failure is JsonException or InvalidDataException)
        {
            throw new BatchFileException(ErrorCodes.FileInvalid, $"A block of the file cannot be read: {failure.Message}", "Bring both sides to the same version, and export it anew", failure);
        }
    }

    private bool IsSigned(string key, long index, BatchFrame frame) =>
        Secret.AreEqual(BranchSeal.SignBlock(key, Head.Id, (index, frame.Kind), frame.Body), frame.Signature);

    private static BatchFileException NoneOfOurs() =>
        new(ErrorCodes.FileInvalid, "That is no file of batches", "Send what `branchline sync export FILE` wrote");
}
