using Branchline.Protocol.Schema;
using Branchline.Server.Access;

namespace Branchline.Server.Gateway;

/// <summary>Which channels and words carry rows of which tables, and who may read those.</summary>
internal sealed class TableReaders(BusinessSchema schema)
{
    private readonly ILookup<string, TableSchema> _byChannel = Index(schema, rule => rule.Channel);
    private readonly ILookup<string, TableSchema> _byWord = Index(schema, rule => rule.Word);

    /// <summary>Every word that any table says.</summary>
    public IEnumerable<string> Words => _byWord.Select(group => group.Key);

    /// <summary>Whether events of tables are sent on the channel.</summary>
    public bool CarriesRows(string channel) => _byChannel.Contains(channel);

    /// <summary>Those of a person's scopes that rows heard on the channel can have: people who differ in others hear the same.</summary>
    public IEnumerable<string> ScopesFor(string channel, Identity identity)
    {
        var kinds = _byChannel[channel].Select(table => table.Scope.Kind).ToHashSet(StringComparer.Ordinal);
        return identity.Scopes.Where(scope => kinds.Contains(scope.Split(':')[0]));
    }

    /// <summary>Whether the person may read every table that is heard on the channel.</summary>
    public bool MayHear(string channel, Identity identity) => _byChannel[channel].All(table => MayRead(table, identity));

    /// <summary>The words the person may hear.</summary>
    public IEnumerable<string> WordsFor(Identity identity) =>
        _byWord.Where(group => group.All(table => MayRead(table, identity))).Select(group => group.Key);

    /// <summary>The tables that say the word.</summary>
    public IEnumerable<string> TablesOf(string word) => _byWord[word].Select(table => table.Name);

    private static bool MayRead(TableSchema table, Identity identity) =>
        table.Access.Read.Contains("*") || table.Access.Read.Contains(identity.Role);

    private static ILookup<string, TableSchema> Index(BusinessSchema schema, Func<EventRule, string?> name) =>
        schema.Tables.Values
            .SelectMany(table => table.Events.Select(rule => (Name: name(rule), Table: table)))
            .Where(entry => entry.Name is not null)
            .ToLookup(entry => entry.Name!, entry => entry.Table, StringComparer.Ordinal);
}
