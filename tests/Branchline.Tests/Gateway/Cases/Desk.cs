using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Branchline.Protocol;
using Branchline.Tests.Sync;

namespace Branchline.Tests.Gateway.Cases;

/// <summary>Somebody who looks after the tray, conflicts and flags over REST.</summary>
internal sealed class Desk(HttpClient client) : IDisposable
{
    public static Desk Of(Shop shop, string role, params Guid[] branches) =>
        new(shop.Node.SignedIn(role, [.. branches.Select(branch => branch.ToString())]));

    public async Task<JsonElement> GetAsync(string address)
    {
        using var answer = await client.GetAsync(address);
        return await OkAsync(answer);
    }

    public async Task<JsonElement[]> ListAsync(string address)
    {
        var page = await GetAsync(address);
        return [.. page.EnumerateObject().First(member => member.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray()];
    }

    public async Task<JsonElement> PostAsync(string address, object? body = null)
    {
        using var answer = await TryPostAsync(address, body);
        return await OkAsync(answer);
    }

    public async Task<JsonElement> DeleteAsync(string address)
    {
        using var answer = await client.DeleteAsync(address);
        return await OkAsync(answer);
    }

    public Task<HttpResponseMessage> TryPostAsync(string address, object? body = null) =>
        body is null ? client.PostAsync(address, null) : client.PostAsJsonAsync(address, body);

    public async Task MustRefuseAsync(HttpMethod method, string address, HttpStatusCode status, string code, object? body = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        await answer.MustRefuseAsync(status, code);
    }

    /// <summary>An edit of these writes, as it is sent.</summary>
    public static object Edit(params RowWrite[] writes) => new { writes = writes.Select(Words) };

    public void Dispose() => client.Dispose();

    private static async Task<JsonElement> OkAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private static JsonElement Words(RowWrite write) => JsonSerializer.SerializeToElement(
        new Mutation(new DeviceId("desk"), 0, NewId.Next(), new Stamp(0, 0, new DeviceId("desk")), null, [write]), ProtocolJson.Default.Mutation)
        .GetProperty("writes")[0];
}
