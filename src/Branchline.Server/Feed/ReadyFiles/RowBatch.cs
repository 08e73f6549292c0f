using System.Buffers;

namespace Branchline.Server.Feed.ReadyFiles;

/// <summary>Rows that were read and are still to be written, their fields one behind the other.</summary>
internal sealed class RowBatch
{
    private const int FullBytes = 256 * 1024;

    public ArrayBufferWriter<byte> Fields { get; } = new(FullBytes * 2);

    public List<Row> Rows { get; } = new(1024);

    public bool IsFull => Fields.WrittenCount >= FullBytes;

    public void Clear()
    {
        Fields.ResetWrittenCount();
        Rows.Clear();
    }

    /// <summary>A row, and how many bytes its fields have.</summary>
    internal readonly record struct Row(int Table, int Scope, Guid Id, int Length);
}
