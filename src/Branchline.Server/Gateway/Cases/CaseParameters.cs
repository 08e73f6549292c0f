using System.Globalization;
using Branchline.Protocol;
using Branchline.Server.Store.Cases;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Cases;

/// <summary>What the address of a list asks for.</summary>
internal static class CaseParameters
{
    private const int UsualPage = 50;
    private const int MostPage = 200;
    private const int LongestNote = 500;
    private const string All = "all";

    /// <summary>The parameter that says why.</summary>
    public const string Why = "why";

    /// <summary>Why the list cannot be asked for so, or null and what it asks. <paramref name="state"/> is the list's own when none is named.</summary>
    public static Problem? Read(IQueryCollection parameters, CaseKind kind, string? state, out CaseQuery query)
    {
        query = new CaseQuery(long.MaxValue, UsualPage) { State = state };
        string[] known = kind == CaseKind.Tray ? ["state", "device", "table", "code", "limit", "after"]
            : kind == CaseKind.Conflict ? ["state", "table", "limit", "after"]
            : ["state", "table", "code", "limit", "after"];
        foreach (var (name, value) in parameters)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return Wrong(name, "The list has no such parameter", $"Use {string.Join(", ", known)}");
            }

            if (value.ToString() is { Length: > 0 } text && Apply(kind, name, text, ref query) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Why somebody does what they do, in their own words; null when they do not say.</summary>
    public static Problem? ReadNote(string? text, out string? note) => ReadNote(text, Why, out note);

    /// <summary>The same under another name.</summary>
    public static Problem? ReadNote(string? text, string name, out string? note)
    {
        note = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        return note?.Length > LongestNote ? Problems.ForField(ErrorCodes.TooLong, name, $"A reason has at most {LongestNote} characters") : null;
    }

    private static Problem? Apply(CaseKind kind, string name, string text, ref CaseQuery query)
    {
        switch (name)
        {
            case "state" when text != All && !CaseRows.StatesOf(kind).Contains(text):
                return Wrong(name, "There is no such state", $"Use {string.Join(", ", CaseRows.StatesOf(kind))} or {All}");
            case "state":
                query = query with { State = text == All ? null : text };
                return null;
            case "limit" when !TryRead(text, out var limit) || limit is < 1 or > MostPage:
                return Wrong(name, $"A page holds 1 to {MostPage} cases", "Follow `next` for more");
            case "limit":
                query = query with { Limit = (int)long.Parse(text, CultureInfo.InvariantCulture) };
                return null;
            case "after" when !TryRead(text, out _):
                return Wrong(name, "That is no place in the list", "Send `next` of the page before");
            case "after":
                query = query with { Before = long.Parse(text, CultureInfo.InvariantCulture) };
                return null;
            default:
                query = name == "device" ? query with { Device = text } : name == "code" ? query with { Code = text } : query with { Table = text };
                return null;
        }
    }

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static Problem Wrong(string parameter, string detail, string remedy) =>
        Problems.ForField(ErrorCodes.ParameterInvalid, parameter, detail, remedy);
}
