namespace Branchline.Server.Store.Sqlite;

/// <summary>
/// One thing to do to bring the database to the schema. <paramref name="Loss"/> says what would be lost; null for a step that
/// only adds, which is done at start.
/// </summary>
internal sealed record MigrationStep(string Description, IReadOnlyList<string> Sql, string? Loss = null)
{
    public bool IsDestructive => Loss is not null;
}
