using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Branchline.Server;

/// <summary>Where and how a node listens. Section <c>Branchline</c>.</summary>
public sealed class NodeOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Branchline";

    /// <summary>Addresses, separated by semicolons. The default is http://localhost:8000.</summary>
    [Required]
    public string Urls { get; init; } = "http://localhost:8000";

    /// <summary>A second port for the same node, as <c>WEBSOCKET_PORT</c> says; by default there is none.</summary>
    [Range(1, 65535)]
    public int? WebSocketPort { get; init; }

    /// <summary>The largest request body in bytes. The default is 8 MB.</summary>
    [Range(1024, 1L << 30)]
    public long MaxBody { get; init; } = 8 * 1024 * 1024;

    /// <summary>The IANA name of the time zone by which days are counted where no branch says another one. The default is UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    internal TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>What the settings say; <see cref="ServerSettings.Urls"/> wins. Throws <see cref="StartRefusedException"/>.</summary>
    public static NodeOptions From(ServerSettings settings)
    {
        var values = new ConfigurationBuilder().AddInMemoryCollection(settings.Values).Build();
        var section = values.GetSection(Section);
        try
        {
            var options = new NodeOptions
            {
                Urls = settings.Urls ?? section[nameof(Urls)] ?? new NodeOptions().Urls,
                WebSocketPort = section.GetValue<int?>(nameof(WebSocketPort)) ?? values.GetValue<int?>("WEBSOCKET_PORT"),
                MaxBody = section.GetValue(nameof(MaxBody), new NodeOptions().MaxBody),
                TimeZone = section[nameof(TimeZone)] ?? new NodeOptions().TimeZone,
            };
            Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
            _ = options.Addresses();
            _ = options.Zone;
            return options;
        }
        catch (Exception failure) when (failure is InvalidOperationException or ValidationException or FormatException
            or TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new StartRefusedException($"A setting is wrong: {failure.Message}", failure);
        }
    }

    /// <summary>Every address to listen on, the one of the second port included.</summary>
    public IReadOnlyList<string> Addresses()
    {
        var urls = Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var parsed = Array.ConvertAll(urls, BindingAddress.Parse);
        if (WebSocketPort is not { } port || Array.Exists(parsed, url => url.Port == port))
        {
            return urls;
        }

        return [.. urls, .. parsed.Select(url => $"{url.Scheme}://{url.Host}:{port}").Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
