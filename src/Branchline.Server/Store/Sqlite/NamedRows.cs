using Branchline.Protocol.Schema;

namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// Rows that others name again and again, a sale's branch or a line's product, as the open transaction leaves them: asked of SQLite once
/// and forgotten when they are written or taken back. All writing of rows goes through <see cref="WriteSession"/>, which says so.
/// </summary>
internal sealed class NamedRows
{
    private const int Most = 4096;

    private readonly Dictionary<(TableLayout Table, Guid Id), string> _scopes = [];
    private readonly Dictionary<(TableLayout Table, Guid Id), RowImage> _images = [];

    /// <summary>The scope of a live row, or null when there is none.</summary>
    public string? ScopeOf(Database database, TableLayout layout, Guid id)
    {
        if (_scopes.TryGetValue((layout, id), out var known))
        {
            return known;
        }

        var statement = database.Prepare(layout.SelectOwner).Bind(1, id);
        var scope = !statement.Step() ? null
            : layout.Table.Scope.Field is null ? ScopeRule.Everyone
            : RowScope.Of(layout.Table.Scope, statement.TextOrNull(0));
        statement.Reset();
        Keep(_scopes, (layout, id), scope);
        return scope;
    }

    /// <summary>The row, deleted or not; nobody changes it.</summary>
    public RowImage? Find(TableLayout layout, Guid id, Func<TableLayout, Guid, RowImage?> find)
    {
        if (!_images.TryGetValue((layout, id), out var image))
        {
            image = find(layout, id);
            Keep(_images, (layout, id), image);
        }

        return image;
    }

    /// <summary>The row is about to be written.</summary>
    public void Forget(TableLayout layout, Guid id)
    {
        _scopes.Remove((layout, id));
        _images.Remove((layout, id));
    }

    /// <summary>What was written is taken back.</summary>
    public void Clear()
    {
        _scopes.Clear();
        _images.Clear();
    }

    // What is not there may come at any moment, and nobody asks for it often.
    private static void Keep<T>(Dictionary<(TableLayout, Guid), T> kept, (TableLayout, Guid) key, T? found)
        where T : class
    {
        if (found is null)
        {
            return;
        }

        if (kept.Count == Most)
        {
            kept.Clear();
        }

        kept.Add(key, found);
    }
}
