namespace Branchline.Merchant.Demo;

/// <summary>One till's drawer for one day, and the cash that went into it.</summary>
internal sealed record Drawer(Guid Id, Place Place, Till Till, DateTimeOffset OpenedAt)
{
    public long Cash { get; set; }
}

/// <summary>A basket at the moment it is paid. A rebate takes a tenth off.</summary>
internal sealed record SoldBasket(Guid Id, Drawer Drawer, IReadOnlyList<BasketLine> Lines, DateTimeOffset At, bool HasRebate)
{
    public long Subtotal => Lines.Sum(line => line.Total);

    public long Discount => HasRebate ? Subtotal / 10 : 0;

    public long Total => Subtotal - Discount;

    public long Tax => Lines.Sum(line => line.Tax) * Total / Subtotal;
}
