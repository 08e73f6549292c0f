using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Branchline.Protocol;
using Branchline.Server.Store.Sqlite;

namespace Branchline.Server.Feed;

/// <summary>
/// The epoch in a reader's cursors: the log's own and, behind a hyphen, which tables of the scope its role may not read. A person
/// with another role, or a role with other rights, comes with a cursor of another epoch and starts anew; nobody keeps a list.
/// </summary>
internal sealed class ReaderEpochs(SqliteStore store)
{
    private const char Separator = '-';
    private const int Digits = 8;
    private readonly ConcurrentDictionary<(string Kind, string Role), string> _known = new();

    /// <summary>The epoch of the log itself.</summary>
    public string Log => store.Epoch;

    public string Of(string scope, string role) => _known.GetOrAdd((KindOf(scope), role), Name);

    /// <summary>The epoch of the log that a cursor counts in, whoever read it.</summary>
    public static string LogOf(Cursor cursor) => cursor.Epoch.Split(Separator)[0];

    private static string KindOf(string scope) => scope.Split(':')[0];

    // By what is left out: a table that is declared later and may be read makes nobody start anew.
    private string Name((string Kind, string Role) reader)
    {
        var hidden = store.Schema.Tables.Values
            .Where(table => table.Scope.Kind == reader.Kind && !table.Access.Read.Contains(reader.Role))
            .Select(table => table.Name)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return hidden.Length == 0
            ? store.Epoch
            : store.Epoch + Separator + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', hidden))))[..Digits];
    }
}
