namespace Branchline.Protocol;

/// <summary>
/// The SQLite file of <c>GET /sync/database</c>: every row that a person may read, ready to be taken into a store. Its tables are described in
/// docs/reference/protocol.md. A reader that meets another version fetches snapshots instead.
/// </summary>
public static class ReadyFileFormat
{
    /// <summary>SQLite's <c>application_id</c>: the letters BrLn.</summary>
    public const int ApplicationId = 0x42724C6E;

    /// <summary>SQLite's <c>user_version</c>.</summary>
    public const int Version = 1;

    /// <summary>The content type that it travels as.</summary>
    public const string ContentType = "application/vnd.sqlite3";

    /// <summary>The header with the SHA-256 of what is sent as a whole, as RFC 9530 has it.</summary>
    public const string DigestHeader = "Repr-Digest";

    /// <summary>The statements that make its tables.</summary>
    public const string Tables = """
        CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE scopes (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cursor TEXT NOT NULL, checksum TEXT NOT NULL, rows INTEGER NOT NULL);
        CREATE TABLE tables (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE rows (no INTEGER PRIMARY KEY, tbl INTEGER NOT NULL, scope INTEGER NOT NULL, id BLOB NOT NULL, fields TEXT NOT NULL);
        """;

    /// <summary>The header's value for a SHA-256.</summary>
    public static string DigestOf(ReadOnlySpan<byte> sha256) => $"sha-256=:{Convert.ToBase64String(sha256)}:";
}
