using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Branchline.Scenarios;

/// <summary>The program of docs/guide/dotnet.md, as it stands there.</summary>
public sealed partial class GuideTests
{
    private const string Nobody = "http://127.0.0.1:1";

    [Fact]
    public async Task The_guides_till_sells_offline_comes_online_and_the_sale_is_on_the_node_once()
    {
        using var data = new TempDirectory();
        using var till = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);
        var file = Path.Combine(till.Path, "till.db");

        var offline = await RunAsync("sell", Nobody, file, shop);
        Assert.Contains("B01-T7-000001 is on this device's disk", offline, StringComparison.Ordinal);
        Assert.Contains("1 waiting, Offline", offline, StringComparison.Ordinal);
        var online = await RunAsync("sell", shop.Node.Address.ToString(), file, shop);
        Assert.Contains("B01-T7-000002 is on this device's disk", online, StringComparison.Ordinal);
        Assert.Contains("The node has everything", online, StringComparison.Ordinal);

        var answer = await shop.SendAsync(HttpMethod.Get, "/api/sales", null);
        var numbers = answer.EnumerateArray().Select(sale => sale.GetProperty("receipt_number").GetString()).Order();
        Assert.Equal(["B01-T7-000001", "B01-T7-000002"], numbers);
    }

    [Fact]
    public async Task The_guides_till_refuses_offline_to_delete_a_sale()
    {
        using var data = new TempDirectory();
        using var till = new TempDirectory();
        using var shop = await Shop.OpenAsync(data.Path);
        var file = Path.Combine(till.Path, "till.db");
        var online = await RunAsync("sell", shop.Node.Address.ToString(), file, shop);
        Assert.Contains("The node has everything", online, StringComparison.Ordinal);

        var refused = await RunAsync("delete", Nobody, file, shop);

        Assert.Equal("Sales are documents of record and stay. Void it instead", refused.Trim());
    }

    [Fact]
    public void Every_piece_of_the_guide_is_in_its_program()
    {
        var root = FindRoot();
        var program = Flat(File.ReadAllText(Path.Combine(root, "docs/guide/dotnet/Program.cs")));
        var pieces = Piece().Matches(File.ReadAllText(Path.Combine(root, "docs/guide/dotnet.md")));

        Assert.True(pieces.Count > 3);
        Assert.All(pieces, piece => Assert.Contains(Flat(piece.Groups[1].Value), program, StringComparison.Ordinal));
    }

    private static async Task<string> RunAsync(string verb, string url, string file, Shop shop)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "Branchline.Guide.Till.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [dll, verb, url, Shop.Email, Shop.Password, file, $"{shop.Branch}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync();
        Assert.Equal("", await error);
        return output;
    }

    // The program's pieces stand further in than the guide's.
    private static string Flat(string code) => Space().Replace(code.Trim(), " ");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Branchline.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The scenarios run inside the repository");
    }

    [GeneratedRegex(@"^```cs\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Piece();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
