using Branchline.Server.Gateway.Apps;

namespace Branchline.Tests.Gateway.Apps;

public sealed class AppRegistryTests
{
    private readonly RealtimeApp _own = TestApp.Of("own", "own-key", "a");
    private readonly RealtimeApp _board = TestApp.Of("board", "board-key", "b");

    [Fact]
    public void An_app_is_found_by_its_key_and_by_its_id()
    {
        var apps = new AppRegistry(_own, _board);

        Assert.True(apps.TryFindByKey("board-key", out var byKey));
        Assert.True(apps.TryFindById("board", out var byId));
        Assert.Same(_board, byKey);
        Assert.Same(_board, byId);
        Assert.False(apps.TryFindByKey("board", out _));
        Assert.Same(_own, apps.Default);
    }

    [Fact]
    public void Whoever_listens_is_told_what_was_before_and_what_is()
    {
        var apps = new AppRegistry(_own);
        var told = new List<AppChange>();
        apps.Changed += told.Add;
        var closed = _board with { Enabled = false };
        apps.Put(_board);
        apps.Put(closed);
        apps.Remove("board");
        apps.Remove("board");

        Assert.Equal([new AppChange(null, _board), new AppChange(_board, closed), new AppChange(closed, null)], told);
        Assert.False(apps.TryFindByKey("board-key", out _));
    }

    [Fact]
    public void The_own_app_stays()
    {
        var apps = new AppRegistry(_own, _board);
        apps.Remove("own");

        Assert.Equal([_own, _board], apps.All);
    }
}
