using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Branchline.Protocol;

namespace Branchline.Tests.Replication.Hostile;

/// <summary>Questions that no branch sends: unsigned, signed for something else, sent again, cut, bent, packed wrongly or without end.</summary>
[Trait("Kind", Soak.Kind)]
public sealed class HostileBodyTests
{
    private const int Questions = 300;
    private const long MostAllocated = 700L * 1024 * 1024;
    private static readonly string[] Paths = ["/branch/push", "/branch/pull", "/branch/rows", "/branch/states", "/branch/wait", "/branch/report", "/branch/rotate", "/branch/join"];

    [Fact]
    public async Task A_question_that_is_not_as_it_was_signed_is_refused_and_changes_nothing()
    {
        await using var master = await HostileMaster.OpenAsync();
        var valid = Encoding.UTF8.GetBytes(HostileMessages.Push(master));
        await Soak.RepeatAsync(async round =>
        {
            var random = new System.Random(round);
            for (var question = 0; question < Questions; question++)
            {
                var (path, how) = (Paths[random.Next(Paths.Length)], random.Next(Forgeries.Count));
                using var request = master.Raw.Sign(path, BranchSeal.Pack(valid, master.Raw.Key, isSealed: false));
                await Forgeries[how](request, random);
                var answer = (await master.Raw.SendAsync(request)).MustBeSound($"round {round}, question {question}, {path}, forgery {how}");
                Assert.True(answer.Code is "token_invalid" or "clock_wrong", $"forgery {how} of {path}: {answer.Code}");
            }

            await master.MustBeUntouchedAsync();
        });
        await master.MustServeAsync();
    }

    [Fact]
    public async Task A_signed_body_that_is_no_message_is_refused_and_changes_nothing()
    {
        await using var master = await HostileMaster.OpenAsync();
        var valid = Encoding.UTF8.GetBytes(HostileMessages.Push(master));
        await Soak.RepeatAsync(async round =>
        {
            var random = new System.Random(round);
            for (var question = 0; question < Questions; question++)
            {
                var path = Paths[random.Next(Paths.Length - 1)];
                var body = Broken(valid, random);
                (await master.Raw.SendAsync(path, body, random.Next(4) == 0 ? Sealed : null)).MustBeSound($"round {round}, question {question}, {path} {Convert.ToHexString(body.AsSpan(0, Math.Min(40, body.Length)))}");
            }

            await master.MustBeUntouchedAsync();
        });
        await master.MustServeAsync();
    }

    [Fact]
    public async Task A_body_without_end_is_refused_before_it_fills_the_memory()
    {
        await using var master = await HostileMaster.OpenAsync();
        master.Raw.Patience = TimeSpan.FromMinutes(1);
        foreach (var bomb in new[] { Zeros(500), Zeros(500, "{\"mutations\":["u8.ToArray()), Zeros(500, "{\"seq\":1,\"x\":\""u8.ToArray()) })
        {
            foreach (var path in Paths[..^1])
            {
                Assert.InRange(await LeastAllocatedAsync(master, path, bomb), 0, MostAllocated);
            }
        }

        (await master.Raw.SendAsync("/branch/push", new byte[9 * 1024 * 1024])).MustBeSound("9 MB");
        await master.MustBeUntouchedAsync();
        await master.MustServeAsync();
    }

    // Tests that run beside this one allocate, too: they only add to it.
    private static async Task<long> LeastAllocatedAsync(HostileMaster master, string path, byte[] bomb)
    {
        var least = long.MaxValue;
        for (var tries = 0; tries < 4 && least > MostAllocated; tries++)
        {
            var before = GC.GetTotalAllocatedBytes();
            var answer = (await master.Raw.SendAsync(path, bomb)).MustBeSound(path);
            Assert.False(answer.IsTaken);
            least = Math.Min(least, GC.GetTotalAllocatedBytes() - before);
        }

        return least;
    }

    [Fact]
    public async Task Nobodys_body_is_not_waited_for_and_so_not_kept()
    {
        await using var master = await HostileMaster.OpenAsync();
        using var line = new TcpClient();
        var address = master.Chain.Master.Address;
        await line.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        using var request = master.Raw.Sign("/branch/push", []);
        await Put(request, BranchSeal.LinkHeader, "b0000000000000000");
        var headers = string.Concat(request.Headers.Select(header => $"{header.Key}: {header.Value.Single()}\r\n"));

        // Of so many bytes that are announced not one is sent.
        var head = $"POST /branch/push HTTP/1.1\r\nHost: {address.Authority}\r\n{headers}Content-Length: {64 * 1024 * 1024}\r\n\r\n";
        await line.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(line.GetStream());
        Assert.StartsWith("HTTP/1.1 401", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await master.MustServeAsync();
    }

    [Fact]
    public async Task A_push_sent_again_by_whoever_recorded_it_counts_once()
    {
        await using var master = await HostileMaster.OpenAsync();
        var insert = HostileMessages.Push(master).Replace(master.Chain.Product.ToString(), NewId.Next().ToString(), StringComparison.Ordinal)
            .Replace("\"update\"", "\"insert\"", StringComparison.Ordinal).Replace("{ \"price\": 1300 }", "{ \"name\": \"Barley\", \"price\": 1300 }", StringComparison.Ordinal);
        var body = BranchSeal.Pack(Encoding.UTF8.GetBytes(insert), master.Raw.Key, isSealed: false);
        using var first = master.Raw.Sign("/branch/push", body);
        var answer = (await master.Raw.SendAsync(first)).MustBeSound("the first");
        Assert.Contains("\"applied\"", answer.Text, StringComparison.Ordinal);
        var head = master.Head;

        using var again = new HttpRequestMessage(HttpMethod.Post, "/branch/push") { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in first.Headers)
        {
            again.Headers.Add(name, values);
        }

        Assert.Contains("\"already_applied\"", (await master.Raw.SendAsync(again)).MustBeSound("the second").Text, StringComparison.Ordinal);
        Assert.Equal(head, master.Head);
    }

    private static readonly IReadOnlyList<Func<HttpRequestMessage, System.Random, Task>> Forgeries =
    [
        (request, _) => Drop(request, BranchSeal.SignatureHeader),
        (request, _) => Drop(request, BranchSeal.LinkHeader),
        (request, _) => Drop(request, BranchSeal.TimeHeader),
        (request, _) => Drop(request, BranchSeal.NonceHeader),
        (request, random) => Put(request, BranchSeal.SignatureHeader, Text(random)),
        (request, random) => Put(request, BranchSeal.LinkHeader, Text(random)),
        (request, random) => Put(request, BranchSeal.NonceHeader, Text(random)),
        (request, random) => Put(request, BranchSeal.TimeHeader, Moment(random)),
        (request, _) => Put(request, BranchSeal.SignatureHeader, request.Headers.GetValues(BranchSeal.SignatureHeader).First().ToUpperInvariant()),
        (request, _) => Point(request, request.RequestUri!.OriginalString == "/branch/pull" ? "/branch/push" : "/branch/pull"),
        (request, random) => BendAsync(request, bytes => bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8))),
        (request, random) => CutAsync(request, random),
    ];

    private static void Sealed(HttpRequestMessage request) => request.Headers.Add(BranchSeal.SealedHeader, "1");

    private static Task Drop(HttpRequestMessage request, string header)
    {
        request.Headers.Remove(header);
        return Task.CompletedTask;
    }

    private static Task Put(HttpRequestMessage request, string header, string value)
    {
        request.Headers.Remove(header);
        request.Headers.TryAddWithoutValidation(header, value);
        return Task.CompletedTask;
    }

    private static Task Point(HttpRequestMessage request, string path)
    {
        request.RequestUri = new Uri(path, UriKind.Relative);
        return Task.CompletedTask;
    }

    private static async Task BendAsync(HttpRequestMessage request, Action<byte[]> bend)
    {
        var bytes = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        bend(bytes);
        request.Content = new ByteArrayContent(bytes);
    }

    private static async Task CutAsync(HttpRequestMessage request, System.Random random)
    {
        var bytes = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        request.Content = new ByteArrayContent(bytes[..random.Next(bytes.Length)]);
    }

    private static string Text(System.Random random) => random.Next(4) switch
    {
        0 => "",
        1 => new string('f', 64),
        2 => BranchSeal.Random(32),
        _ => new string((char)random.Next(33, 127), random.Next(1, 5000)),
    };

    private static string Moment(System.Random random) => random.Next(6) switch
    {
        0 => long.MaxValue.ToString(CultureInfo.InvariantCulture),
        1 => "-1",
        2 => "0",
        3 => "1e3",
        4 => "99999999999999999999999999",
        _ => random.NextInt64().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Signed, and no message for all that.</summary>
    private static byte[] Broken(byte[] json, System.Random random)
    {
        var packed = BranchSeal.Pack(json, "", isSealed: false);
        switch (random.Next(7))
        {
            case 0:
                return json;
            case 1:
                return packed[..random.Next(packed.Length)];
            case 2:
                packed[random.Next(packed.Length)] ^= (byte)(1 << random.Next(8));
                return IsMessage(packed) ? [] : packed;
            case 3:
                using (var zipped = new MemoryStream())
                {
                    using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
                    {
                        gzip.Write(json);
                    }

                    return zipped.ToArray();
                }

            case 4:
                return BranchSeal.Pack(json.AsSpan(0, random.Next(json.Length)), "", isSealed: false);
            case 5:
                return BranchSeal.Pack(Encoding.UTF8.GetBytes(new string('[', random.Next(1, 100_000))), "", isSealed: false);
            default:
                var noise = new byte[random.Next(200)];
                random.NextBytes(noise);
                return random.Next(2) == 0 ? noise : BranchSeal.Pack(noise, "", isSealed: false);
        }
    }

    // A bit more or less may leave it one.
    private static bool IsMessage(byte[] packed)
    {
        try
        {
            using var document = System.Text.Json.JsonDocument.Parse(BranchSeal.Unpack(packed, "", isSealed: false));
            return true;
        }
        catch (Exception failure) when (failure is InvalidDataException or System.Text.Json.JsonException)
        {
            return false;
        }
    }

    /// <summary>So many megabytes of spaces behind a beginning, in some kilobytes.</summary>
    private static byte[] Zeros(int megabytes, byte[]? beginning = null)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            brotli.Write(beginning ?? []);
            var spaces = new byte[1024 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            for (var written = 0; written < megabytes; written++)
            {
                brotli.Write(spaces);
            }
        }

        return packed.ToArray();
    }
}
