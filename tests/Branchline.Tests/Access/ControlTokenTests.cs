using System.Net;
using System.Net.Http.Headers;
using Branchline.Protocol;
using Branchline.Server.Access.Control;

namespace Branchline.Tests.Access;

public sealed class ControlTokenTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_running_node_says_where_it_is_and_how_to_be_let_in_and_a_stopped_one_does_not()
    {
        var file = Path.Combine(_directory, "control.json");
        await using (var node = await StartAsync())
        {
            var control = ControlFile.Read(_directory)!;
            Assert.Equal(node.Address, new Uri(control.Url));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            using var client = Client(node, control.Token);
            using var answer = await client.GetAsync("/api/realtime/apps");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.False(File.Exists(file));
        Assert.Null(ControlFile.Read(_directory));
    }

    [Theory]
    [InlineData("/api/users")]
    [InlineData("/api/products")]
    [InlineData("/sync/schema")]
    public async Task It_opens_only_what_the_command_line_uses(string address)
    {
        await using var node = await StartAsync();
        using var client = Client(node, ControlFile.Read(_directory)!.Token);
        using var answer = await client.GetAsync(address);

        await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    [Fact]
    public async Task From_another_machine_it_opens_nothing()
    {
        await using var node = await StartAsync();
        using var client = Client(node, ControlFile.Read(_directory)!.Token);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "192.168.1.77");
        using var answer = await client.GetAsync("/api/realtime/apps");

        await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    [Fact]
    public async Task It_is_no_word_for_a_query_and_another_start_has_another()
    {
        string first;
        await using (var node = await StartAsync())
        {
            first = ControlFile.Read(_directory)!.Token;
            using var client = node.Anonymous();
            using var answer = await client.GetAsync("/api/realtime/apps?token=" + first);
            await answer.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
        }

        await using var again = await StartAsync();
        using var late = Client(again, first);
        using var refused = await late.GetAsync("/api/realtime/apps");
        await refused.MustRefuseAsync(HttpStatusCode.Unauthorized, ErrorCodes.TokenInvalid);
    }

    private static HttpClient Client(TestNode node, string token)
    {
        var client = node.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private Task<TestNode> StartAsync() => TestNode.StartAsync(new TestSettings { Directory = _directory });
}
