namespace Branchline.Server.Feed.Snapshots;

/// <summary>Chunks by name, as many as the bytes allow; those asked for last stay. What is being made is waited for, not made again.</summary>
internal sealed class ShelvedChunks(long mostBytes)
{
    private readonly Lock _gate = new();

    // Under the gate; the list begins with what was asked for last.
    private readonly Dictionary<string, LinkedListNode<Shelved>> _byName = new(StringComparer.Ordinal);
    private readonly LinkedList<Shelved> _order = [];

    public async Task<ShelvedChunk> GetAsync(string name, Func<Task<ShelvedChunk>> make, CancellationToken cancellationToken)
    {
        var shelved = Find(name, make);
        try
        {
            return await shelved.Chunk.Value.WaitAsync(cancellationToken);
        }
        catch when (shelved.Chunk.Value.IsFaulted)
        {
            Remove(shelved);
            throw;
        }
        finally
        {
            Tidy();
        }
    }

    private Shelved Find(string name, Func<Task<ShelvedChunk>> make)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(name, out var node))
            {
                _order.Remove(node);
            }
            else
            {
                _byName[name] = node = new LinkedListNode<Shelved>(new Shelved(name, new Lazy<Task<ShelvedChunk>>(make)));
            }

            _order.AddFirst(node);
            return node.Value;
        }
    }

    private void Remove(Shelved shelved)
    {
        lock (_gate)
        {
            if (_byName.TryGetValue(shelved.Name, out var node) && ReferenceEquals(node.Value, shelved))
            {
                _byName.Remove(shelved.Name);
                _order.Remove(node);
            }
        }
    }

    /// <summary>Counted anew each time, because a chunk grows by its compressed forms; there are dozens of chunks, not thousands.</summary>
    private void Tidy()
    {
        lock (_gate)
        {
            var held = _order.Sum(shelved => shelved.Bytes);
            for (var node = _order.Last; node is not null && held > mostBytes;)
            {
                var before = node.Previous;
                if (node.Value.Bytes > 0)
                {
                    held -= node.Value.Bytes;
                    _byName.Remove(node.Value.Name);
                    _order.Remove(node);
                }

                node = before;
            }
        }
    }

    private sealed record Shelved(string Name, Lazy<Task<ShelvedChunk>> Chunk)
    {
        /// <summary>Nothing while it is being made.</summary>
        public long Bytes => Chunk is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } ? Chunk.Value.Result.Bytes : 0;
    }
}
