using System.Buffers.Binary;
using System.Text;

namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// Beside the database, in a file of its own, the life its log is in and how far that has come. A database that is behind it, or of another
/// life, was put there by somebody: an older copy. Its numbers mean other changes than those that readers were told under them, so another
/// life begins.
/// <para>How far is written after each commit and not forced to the disk: after a power cut it may be behind, which says nothing, and never ahead.</para>
/// </summary>
internal sealed class HeadMark : IDisposable
{
    private const int EpochBytes = 24;
    private const int Size = EpochBytes + sizeof(long);

    private readonly byte[] _content = new byte[Size];
    private FileStream? _file;

    private HeadMark(FileStream file) => _file = file;

    public static HeadMark Open(string database)
    {
        var file = new FileStream(database + "-head", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var mark = new HeadMark(file);
        RandomAccess.Read(file.SafeFileHandle, mark._content, 0);
        return mark;
    }

    /// <summary>Whatever database stands here at the next start is not the one of before: another life begins.</summary>
    public static void Supersede(string database)
    {
        using var mark = Open(database);
        mark.Begin("replaced", long.MaxValue);
    }

    /// <summary>Whether a database that stands here was put in the place of another. Without a mark nobody knows, and it goes on.</summary>
    public bool Contradicts(string epoch, long head) =>
        _content.AsSpan(0, EpochBytes).ContainsAnyExcept((byte)0)
        && (!_content.AsSpan(0, EpochBytes).SequenceEqual(Padded(epoch)) || BinaryPrimitives.ReadInt64LittleEndian(_content.AsSpan(EpochBytes)) > head);

    /// <summary>The first word of a life.</summary>
    public void Begin(string epoch, long head)
    {
        Padded(epoch).CopyTo(_content, 0);
        Write(head);
        if (_file is not null)
        {
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
        }
    }

    public void Write(long head)
    {
        if (_file is null)
        {
            return;
        }

        try
        {
            BinaryPrimitives.WriteInt64LittleEndian(_content.AsSpan(EpochBytes), head);
            RandomAccess.Write(_file.SafeFileHandle, _content, 0);
        }
        catch (IOException)
        {
            // The commit stands. A mark that is behind says nothing; one cannot be written, so none is.
            Dispose();
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static byte[] Padded(string epoch)
    {
        var padded = new byte[EpochBytes];
        Encoding.ASCII.GetBytes(epoch, padded);
        return padded;
    }
}
