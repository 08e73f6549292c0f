namespace Branchline.Tests.Cli;

public sealed class TypesVerbTests
{
    [Fact]
    public async Task The_guides_records_are_those_that_are_written_and_it_is_built_with_them()
    {
        await using var program = await Program.RunAsync("types", "--csharp");

        Assert.Equal("", program.Error.Trim());
        Assert.Equal(Repository.ReadText("docs/guide/dotnet/Rows.cs").TrimEnd(), program.Out.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task The_types_that_the_SDK_is_tried_with_are_those_that_are_written()
    {
        await using var program = await Program.RunAsync("types", "--typescript");

        Assert.Equal(Repository.ReadText("docs/guide/react/tables.ts").TrimEnd(), program.Out.ReplaceLineEndings("\n").TrimEnd());
    }

    [Fact]
    public async Task TypeScript_is_written_to_a_file_from_a_running_node()
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "rows.ts");
        await using var node = await TestNode.StartAsync();

        await using var program = await Program.RunAsync(
            "types", "--typescript", "--url", node.Address.ToString(), "--token", node.Token("cashier"), "--output", file);

        Assert.Equal("", program.Error.Trim());
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains("export interface SaleLine {", text, StringComparison.Ordinal);
        Assert.Contains("  readonly status: 'active' | 'archived' | null\n", text, StringComparison.Ordinal);
        Assert.Contains("  readonly name: string\n", text, StringComparison.Ordinal);
        Assert.Contains("    readonly sale_lines: SaleLine\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_programs_cannot_have_are_mapped()
    {
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "odd.yaml"),
            """
            feature: odd
            tables:
              names:
                scope: everyone
                fields:
                  name: { type: text, required: true }
                  line_1: { type: integer }
                  to_string: { type: boolean }
            """,
            TestContext.Current.CancellationToken);

        await using var program = await Program.RunAsync("types", "--csharp", "--schema", directory.Path, "--namespace", "Odd");

        Assert.Contains("namespace Odd;", program.Out, StringComparison.Ordinal);
        Assert.Contains("JsonPropertyName(\"name\")", program.Out, StringComparison.Ordinal);
        Assert.Contains("public string NameValue { get; init; } = \"\";", program.Out, StringComparison.Ordinal);
        Assert.Contains("JsonPropertyName(\"line_1\")", program.Out, StringComparison.Ordinal);
        Assert.Contains("public bool? ToStringValue { get; init; }", program.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_lets_nobody_in_is_told_in_one_sentence()
    {
        await using var node = await TestNode.StartAsync();

        await using var program = await Program.RunAsync("types", "--csharp", "--url", node.Address.ToString());
        await using var both = await Program.RunAsync("types", "--csharp", "--typescript");

        Assert.Equal((1, 1), (program.ExitCode, both.ExitCode));
        Assert.Contains("answered 401; give a token with --token or BRANCHLINE_TOKEN.", program.Error, StringComparison.Ordinal);
        Assert.Contains("Say either --csharp or --typescript.", both.Error, StringComparison.Ordinal);
    }
}
