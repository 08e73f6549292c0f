namespace Branchline.Tests.Gateway.Tables;

/// <summary>One shop for many tests that leave nothing behind.</summary>
public sealed class SharedShop : IAsyncLifetime
{
    internal RestShop Shop { get; private set; } = null!;

    internal SampleRows Samples { get; private set; } = null!;

    /// <summary>A client of the branch North, and one of the branch South.</summary>
    internal Guid Ours { get; private set; }

    internal Guid Theirs { get; private set; }

    /// <summary>An order of the branch North that is a draft.</summary>
    internal Guid Draft { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Shop = await RestShop.OpenAsync();
        Samples = new SampleRows(Shop);
        Ours = (await Shop.Admin.PostAsync("/api/clients", new { name = "Ana", branch_id = Shop.North })).Id;
        Theirs = (await Shop.Admin.PostAsync("/api/clients", new { name = "Ben", branch_id = Shop.South })).Id;
        Draft = (await Shop.Admin.PostAsync("/api/orders", new { number = "O-1", branch_id = Shop.North })).Id;
    }

    public ValueTask DisposeAsync() => Shop.DisposeAsync();
}
