using Branchline.Protocol.Schema;

namespace Branchline.Server.Schema.Yaml;

/// <summary>Reads how two writes to a field are settled.</summary>
internal static class MergeReader
{
    private static readonly Dictionary<string, MergePolicy> Policies = new(StringComparer.Ordinal)
    {
        ["last-writer"] = MergePolicy.LastWriter,
        ["server-only"] = MergePolicy.ServerOnly,
        ["write-once"] = MergePolicy.WriteOnce,
        ["max"] = MergePolicy.Max,
        ["min"] = MergePolicy.Min,
        ["set-union"] = MergePolicy.SetUnion,
        ["manual"] = MergePolicy.Manual,
    };

    public static MergePolicy Read(Section field, FieldType type, Mistakes mistakes)
    {
        var word = field.Word("merge");
        if (word is null)
        {
            return MergePolicy.LastWriter;
        }

        if (!Policies.TryGetValue(word.Text, out var policy))
        {
            mistakes.AddUnknown(word, field.Path, "merge policy", Policies.Keys);
        }
        else if (WhyNot(policy, type) is { } remedy)
        {
            mistakes.Add(
                word, field.Path, $"merge {word.Text} does not suit a field of type {FieldOutline.TypeNames[(int)type]}", remedy);
        }

        return policy;
    }

    private static string? WhyNot(MergePolicy policy, FieldType type) => policy switch
    {
        MergePolicy.SetUnion when type != FieldType.Json => "it is for json lists",
        MergePolicy.Max or MergePolicy.Min when type is not (FieldType.Integer or FieldType.Decimal or FieldType.Money
            or FieldType.Date or FieldType.Timestamp) => "it is for integer, decimal, money, date and timestamp",
        _ => null,
    };
}
