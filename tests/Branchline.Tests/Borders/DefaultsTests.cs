using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Branchline.Server;
using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Borders;

/// <summary>docs/defaults.md tells of every setting, with the default and the range that it has.</summary>
public sealed partial class DefaultsTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "docs/defaults.md"));

    [Fact]
    public void Every_setting_is_told_with_its_default_and_its_range()
    {
        var expected = Settings().ToArray();

        Assert.True(expected.Length > 40);
        Assert.Empty(expected.Except(Rows()));
    }

    [Fact]
    public void No_setting_is_told_that_is_not_there() => Assert.Empty(Rows().Except(Settings()));

    private static IEnumerable<string> Settings() =>
        from options in Options()
        from property in options.Type.GetProperties()
        where property.PropertyType != typeof(AppLimits)
        select $"{options.Section}: `{property.Name}` | {Default(property, options.Type)} | {Span(property)}";

    /// <summary>Every class with the name of its section, and the app's settings, which have sections of their own.</summary>
    private static IEnumerable<(string Section, Type Type)> Options() =>
    [
        .. from type in typeof(NodeOptions).Assembly.GetExportedTypes()
           where type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true }
           select ((string)type.GetField("Section")!.GetRawConstantValue()!, type),
        ("Branchline:App", typeof(AppSettings)),
        ("Branchline:App:Limits", typeof(AppLimits)),
    ];

    private static string Default(PropertyInfo property, Type type) => property.GetValue(Activator.CreateInstance(type)) switch
    {
        null or ICollection { Count: 0 } => "`none`",
        bool value => value ? "`true`" : "`false`",
        var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    private static string Span(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? string.Create(CultureInfo.InvariantCulture, $"`{range.Minimum}` to `{range.Maximum}`")
        : "-";

    private static IEnumerable<string> Rows() =>
        from section in Section().Matches(Document)
        from row in Row().Matches(section.Groups[2].Value)
        select $"{section.Groups[1].Value}: {row.Groups[1].Value}";

    [GeneratedRegex(@"^## `([\w:]+)`$(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| (`\w+` \| `.*?` \| (?:-|`\S+` to `\S+`)) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
