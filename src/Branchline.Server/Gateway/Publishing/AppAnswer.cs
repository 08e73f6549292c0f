using System.Buffers;
using System.Text;
using System.Text.Json;
using Branchline.Server.Gateway.Channels;
using Microsoft.AspNetCore.Http;

namespace Branchline.Server.Gateway.Publishing;

/// <summary>What a backend is answered: JSON that its client library passes on.</summary>
internal sealed record AppAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = PusherFrames.Escaping };

    public static AppAnswer Done { get; } = new(StatusCodes.Status200OK, "{}"u8.ToArray());

    /// <summary>In how many seconds it may be tried again, when it may.</summary>
    public RateState? Rate { get; init; }

    /// <summary>Why it is refused, when it is.</summary>
    public string? Error { get; init; }

    public static AppAnswer Ok(Action<Utf8JsonWriter> write) => new(StatusCodes.Status200OK, Write(write));

    public static AppAnswer Refused(int status, string error) =>
        new(status, Write(json => json.WriteString("error"u8, error))) { Error = error };

    public static AppAnswer BadRequest(string error) => Refused(StatusCodes.Status400BadRequest, error);

    public static AppAnswer TooLarge(string error) => Refused(StatusCodes.Status413PayloadTooLarge, error);

    public async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = Body.Length;
        response.Headers.AccessControlAllowOrigin = "*";
        Rate?.WriteTo(response.Headers);
        await response.BodyWriter.WriteAsync(Body, context.RequestAborted);
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Plain);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    public override string ToString() => $"{Status} {Encoding.UTF8.GetString(Body.Span)}";
}
