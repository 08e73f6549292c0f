using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Access;
using Branchline.Server.Gateway.Tables;
using Branchline.Server.Gateway.Tables.Query;
using Branchline.Server.Store;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Plain;

/// <summary>Reads what an address asks for: <c>tables=orders,sales&amp;where=status:paid,sales.total[gte]:500&amp;data=1&amp;cursor=…</c>.</summary>
internal sealed class RowParameters(RestTables tables)
{
    private const string Tables = "tables";
    private const string Where = "where";
    private const string Data = "data";
    private const string Cursor = "cursor";
    private const string Messages = "messages";

    /// <summary>How many tables one connection follows.</summary>
    private const int MostTables = 32;

    /// <summary>Whether the address asks for rows; else the wire carries words.</summary>
    public static bool AreIn(IQueryCollection query) => new[] { Tables, Where, Data, Cursor, Messages }.Any(query.ContainsKey);

    /// <summary>The cursor as the client sent it back; null when it has none.</summary>
    public static string? CursorIn(IQueryCollection query) => query[Cursor].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>The number of the last message to the person that the client has; null when it asks for none.</summary>
    public static long? MessagesIn(IQueryCollection query) =>
        long.TryParse(query[Messages].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var no) ? no : null;

    /// <summary>The question, or what is wrong with it.</summary>
    public Problem? Read(IQueryCollection query, Identity? identity, out RowQuestion? question)
    {
        question = null;
        if (identity is null)
        {
            return Problems.For(ErrorCodes.NotSignedIn, "Rows are told to people who are signed in.", "Connect with ?token=, a bearer token or the session's cookie.");
        }

        var asked = new Dictionary<string, List<RowFilter>>(StringComparer.Ordinal);
        var opened = new List<RestTable>();
        var problem = OpenTables(query, identity, opened)
            ?? ReadWhere(FilterParameter.SplitValues(query[Where]), opened, asked)
            ?? FindFault(query);
        if (problem is null)
        {
            question = new RowQuestion(
                identity.Scopes,
                [.. opened.Select(table => new AskedTable(table, asked.GetValueOrDefault(table.Name) ?? []))],
                query[Data] == "1");
        }

        return problem;
    }

    private Problem? OpenTables(IQueryCollection query, Identity identity, List<RestTable> opened)
    {
        var names = FilterParameter.SplitValues(query[Tables]);
        if (names.Count > MostTables || (names.Count == 0 && !query.ContainsKey(Messages)))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, Tables, $"A connection follows 1 to {MostTables} tables; this names {names.Count}", "Use tables=orders,order_lines");
        }

        foreach (var name in names)
        {
            if (tables.OpenToRead(name, identity, out var table) is { } problem)
            {
                return problem with { Field = Tables };
            }

            if (!opened.Contains(table))
            {
                opened.Add(table);
            }
        }

        return null;
    }

    private static Problem? ReadWhere(List<string> conditions, List<RestTable> opened, Dictionary<string, List<RowFilter>> asked)
    {
        if (conditions.Count > ListParameters.MostConditions)
        {
            return Wrong($"At most {ListParameters.MostConditions} conditions are taken; these are {conditions.Count}", "Follow more rows, and choose among them");
        }

        // Several values of one field mean any of them, as in a list.
        var byName = conditions.Select(condition => condition.Split(':', 2)).GroupBy(parts => parts[0], parts => parts.ElementAtOrDefault(1));
        foreach (var condition in byName)
        {
            if (condition.Any(value => value is null))
            {
                return Wrong($"\"{condition.Key}\" names no value", "Use where=FIELD:VALUE or where=TABLE.FIELD:VALUE, with commas between");
            }

            if (AddTo(asked, opened, condition.Key, [.. condition.Select(value => value!)]) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>A field alone is one of every table that was asked for; before a point stands the table it is meant for.</summary>
    private static Problem? AddTo(Dictionary<string, List<RowFilter>> asked, List<RestTable> opened, string name, string[] values)
    {
        var point = name.IndexOf('.', StringComparison.Ordinal);
        var meant = point < 0 ? opened : opened.Where(table => name[..point] == table.Name || name[..point] == table.Route).ToList();
        if (meant.Count == 0)
        {
            return Wrong($"\"{name}\" is no field of a table that is asked for", "Name the table in tables, too");
        }

        if (FilterParameter.SplitName(name[(point + 1)..]) is not { } split)
        {
            return Wrong($"\"{name}\" compares in a way that does not exist", $"In brackets stands one of {FilterParameter.Operators}");
        }

        foreach (var table in meant)
        {
            if (table.Find(split.Name) is not { } column)
            {
                return Problems.ForField(ErrorCodes.UnknownField, split.Name, $"{table.Name} has no field \"{split.Name}\"", $"Write TABLE.{split.Name} where only one table has it")
                    with
                { Table = table.Name };
            }

            asked.TryAdd(table.Name, []);
            if (new FilterParameter(name, column.Field, split.Comparison).AddTo(asked[table.Name], values) is { } problem)
            {
                return problem with { Table = table.Name };
            }
        }

        return null;
    }

    private static Problem? FindFault(IQueryCollection query)
    {
        if (query[Data].ToString() is var data and not ("" or "0" or "1"))
        {
            return Problems.ForField(ErrorCodes.ParameterInvalid, Data, $"\"{data}\" is neither 1 nor 0", "Use data=1 for whole rows");
        }

        return query.ContainsKey(Messages) && MessagesIn(query) is null
            ? Problems.ForField(ErrorCodes.ParameterInvalid, Messages, $"\"{query[Messages]}\" is no message's number", "Use messages=0 for all that are kept")
            : null;
    }

    private static Problem Wrong(string detail, string remedy) => Problems.ForField(ErrorCodes.ParameterInvalid, Where, detail, remedy);
}
