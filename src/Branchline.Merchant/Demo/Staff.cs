using Branchline.Merchant.Demo.Telling;

namespace Branchline.Merchant.Demo;

/// <summary>One person of the demo shop. <paramref name="Branches"/> counts from 1.</summary>
public sealed record StaffMember(string Id, string Name, string Email, string Role, IReadOnlyList<int> Branches);

/// <summary>Who works in the demo shop. Everybody knows the password, so the demo listens on loopback.</summary>
public static class Staff
{
    /// <summary>The password of every demo account.</summary>
    public const string Password = "branchline-demo";

    internal static StaffMember Admin { get; } = Member(1, "Ada Nordin", "admin", "admin", 1, 2);

    internal static StaffMember Manager { get; } = Member(2, "Milo Brandt", "manager", "manager", 1);

    internal static StaffMember Cashier { get; } = Member(3, "Clara Jansen", "cashier", "cashier", 1);

    internal static StaffMember Releasing { get; } = Member(4, "Ruben Okafor", "releasing", "releasing", 1);

    internal static StaffMember SecondManager { get; } = Member(5, "Maren Lindqvist", "manager2", "manager", 2);

    internal static StaffMember SecondCashier { get; } = Member(6, "Cem Aydin", "cashier2", "cashier", 2);

    /// <summary>Every account of the demo.</summary>
    public static IReadOnlyList<StaffMember> All { get; } = [Admin, Manager, Cashier, Releasing, SecondManager, SecondCashier];

    private static StaffMember Member(int number, string name, string mailbox, string role, params IReadOnlyList<int> branches) =>
        new(new Ids(0).Of("user", number).ToString(), name, mailbox + "@demo.shop", role, branches);
}
