using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Branchline.Server.Gateway.Channels.People;

/// <summary>Who is in one presence channel: a person counts once, however many connections they have. Under the channel's gate.</summary>
internal sealed class Members
{
    private readonly Dictionary<string, Presence> _byId = new(StringComparer.Ordinal);
    private string? _roster;

    public int Count => _byId.Count;

    public IEnumerable<Member> All => _byId.Values.Select(presence => presence.Member);

    public bool Contains(string id) => _byId.ContainsKey(id);

    /// <summary>True for a person's first connection.</summary>
    public bool Add(Member member)
    {
        if (_byId.TryGetValue(member.Id, out var known))
        {
            known.Connections++;
            return false;
        }

        _byId[member.Id] = new Presence(member) { Connections = 1 };
        _roster = null;
        return true;
    }

    /// <summary>The member whose last connection this was; null when others remain. As they were told of when they came.</summary>
    public bool TryRemoveLast(string id, [NotNullWhen(true)] out Member? gone)
    {
        gone = null;
        if (!_byId.TryGetValue(id, out var known) || --known.Connections > 0)
        {
            return false;
        }

        _byId.Remove(id);
        _roster = null;
        gone = known.Member;
        return true;
    }

    /// <summary><c>{"presence":{"ids":[..],"hash":{..},"count":n}}</c></summary>
    public string Roster() => _roster ??= WriteRoster();

    private string WriteRoster()
    {
        var text = new StringBuilder("{\"presence\":{\"ids\":[");
        text.AppendJoin(',', All.Select(member => member.IdJson));
        text.Append("],\"hash\":{");
        text.AppendJoin(',', All.Select(member =>
            $"\"{JsonEncodedText.Encode(member.Id, PusherFrames.Escaping)}\":{member.InfoJson ?? "null"}"));
        return text.Append("},\"count\":").Append(Count).Append("}}").ToString();
    }

    private sealed class Presence(Member member)
    {
        public Member Member => member;

        public int Connections { get; set; }
    }
}
