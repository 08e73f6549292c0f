using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Branchline.Server.Gateway.Apps;

/// <summary>Every realtime app of the node. Read without a lock by every connection and publish; changed by administrators.</summary>
internal sealed class AppRegistry
{
    private readonly Lock _gate = new();

    // Replaced as a whole under the gate.
    private volatile Image _image;

    public AppRegistry(RealtimeApp own, params IEnumerable<RealtimeApp> others) => _image = new Image(own.Id, [own, .. others]);

    /// <summary>Told after an app was added, changed or removed, one at a time and in order. A listener does no work there.</summary>
    public event Action<AppChange>? Changed;

    /// <summary>The business's own app; it alone carries table events.</summary>
    public RealtimeApp Default => _image.Own;

    /// <summary>All of them, the own one first.</summary>
    public IReadOnlyList<RealtimeApp> All => _image.All;

    public bool TryFindByKey(string key, [NotNullWhen(true)] out RealtimeApp? app) => _image.ByKey.TryGetValue(key, out app);

    public bool TryFindById(string id, [NotNullWhen(true)] out RealtimeApp? app) => _image.ById.TryGetValue(id, out app);

    /// <summary>Adds an app or puts its next image in its place.</summary>
    public void Put(RealtimeApp app)
    {
        lock (_gate)
        {
            var before = _image.ById.GetValueOrDefault(app.Id);
            _image = new Image(_image.Own.Id, before is null
                ? [.. _image.All, app]
                : [.. _image.All.Select(known => known.Id == app.Id ? app : known)]);
            Changed?.Invoke(new AppChange(before, app));
        }
    }

    /// <summary>Takes an app away; the own one stays.</summary>
    public void Remove(string id)
    {
        lock (_gate)
        {
            if (id == _image.Own.Id || !_image.ById.TryGetValue(id, out var before))
            {
                return;
            }

            _image = new Image(_image.Own.Id, [.. _image.All.Where(known => known.Id != id)]);
            Changed?.Invoke(new AppChange(before, null));
        }
    }

    private sealed class Image(string ownId, RealtimeApp[] all)
    {
        public IReadOnlyList<RealtimeApp> All { get; } = all;

        public FrozenDictionary<string, RealtimeApp> ById { get; } = all.ToFrozenDictionary(app => app.Id, StringComparer.Ordinal);

        public FrozenDictionary<string, RealtimeApp> ByKey { get; } = all.ToFrozenDictionary(app => app.Key, StringComparer.Ordinal);

        public RealtimeApp Own => ById[ownId];
    }
}
