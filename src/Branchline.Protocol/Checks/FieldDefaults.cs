using System.Globalization;
using Branchline.Protocol.Schema;

namespace Branchline.Protocol.Checks;

/// <summary>What a field gets that an insert does not name.</summary>
internal static class FieldDefaults
{
    // Filled in when the row is made: the time of the write, and its day.
    private const string Now = "now";
    private const string Today = "today";

    public static bool IsMoment(FieldType type, FieldValue value) =>
        (type == FieldType.Timestamp && value.AsText == Now) || (type == FieldType.Date && value.AsText == Today);

    /// <summary>What an insert at this time gets; the day is that of the time's own offset.</summary>
    public static FieldValue At(FieldSchema field, DateTimeOffset now) => (field.Type, field.Default.AsText) switch
    {
        (FieldType.Timestamp, Now) => FieldValue.Of(TimestampConverter.Format(now)),
        (FieldType.Date, Today) => FieldValue.Of(now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        _ => field.Default,
    };
}
