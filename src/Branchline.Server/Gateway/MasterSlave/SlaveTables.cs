using System.Security.Cryptography;
using System.Text;
using Branchline.Protocol;
using Branchline.Protocol.Schema;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.MasterSlave;

/// <summary>Which tables a slave asks for: those of <c>tables[]</c>, or every one that it may read.</summary>
internal sealed class SlaveTables(RestTables tables, BusinessSchema schema)
{
    /// <summary>The slave that a person's account stands for.</summary>
    public static string PeerOf(Identity identity) => "slave-" + identity.UserId;

    public static string Join(IEnumerable<string> names) => string.Join(' ', names.Select(name => name.Replace('-', '_')).Distinct().Order(StringComparer.Ordinal));

    /// <summary>The names asked for, or the first that is not there or not for this person.</summary>
    public Problem? Find(IQueryCollection query, Identity identity, out string[] names)
    {
        string[] asked =
        [
            .. query.Where(parameter => parameter.Key == "tables" || parameter.Key.StartsWith("tables[", StringComparison.Ordinal))
                .SelectMany(parameter => parameter.Value).OfType<string>().SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];
        names = [];
        if (asked.Length == 0)
        {
            names = [.. tables.All.Where(table => table.MayRead(identity)).Select(table => table.Name).Order(StringComparer.Ordinal)];
            return null;
        }

        var found = new List<string>();
        foreach (var name in asked)
        {
            if (tables.OpenToRead(name, identity, out var table) is { } problem)
            {
                return problem;
            }

            found.Add(table.Name);
        }

        names = [.. found.Distinct().Order(StringComparer.Ordinal)];
        return null;
    }

    /// <summary>With other tables, another role, other branches or another life of the log a slave begins anew: what it could not see before is in no place.</summary>
    public static SlaveView ViewOf(Identity identity, string epoch, IReadOnlyCollection<string> names)
    {
        var tables = Join(names);
        var rights = $"{identity.Role}\n{string.Join(' ', identity.Scopes.Order(StringComparer.Ordinal))}\n{tables}";
        return new SlaveView(PeerOf(identity), $"{epoch}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rights)))[..32]}", tables);
    }

    public TableSchema this[string name] => schema.Tables[name];
}
