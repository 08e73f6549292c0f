using Branchline.Protocol;

namespace Branchline.Tests.Simulation;

/// <summary>A device in the shop: a model of the protocol into which mistakes can be planted, or the .NET client itself.</summary>
internal interface ISimDevice
{
    /// <summary>The id that it has at the moment.</summary>
    string Name { get; }

    SimPerson Person { get; }

    SimLine Line { get; }

    WallClock Clock { get; }

    /// <summary>How many mutations wait to be sent.</summary>
    int Waiting { get; }

    /// <summary>Whether everything was handed over, and has come back.</summary>
    bool IsIdle { get; }

    /// <summary>By scope, its rows as the node told them.</summary>
    IReadOnlyDictionary<string, Dictionary<(string Table, Guid Id), Fields>> Base { get; }

    /// <summary>Refused, with the reason.</summary>
    IReadOnlyList<(Mutation Mutation, string Code)> Tray { get; }

    /// <summary>The last sales that were made here.</summary>
    IEnumerable<Guid> LastMade { get; }

    /// <summary>Rows that the person at the device sees: what the node told, and what was written here since.</summary>
    bool Sees(string table, Guid id);

    Guid NewId();

    /// <summary>What stands for the next receipt number in a mutation, or is it already: a series, a hyphen and the number.</summary>
    string NextReceipt();

    /// <summary>Writes, and has it on the disk when this returns.</summary>
    Mutation Write(params RowWrite[] writes);

    /// <summary>Does the next thing, unless something is under way.</summary>
    ValueTask DoNextAsync();

    /// <summary>Everything in memory is gone; what is on the way finds nobody.</summary>
    void Crash();

    /// <summary>What a copied browser profile or a restored backup of the device is.</summary>
    ISimDevice Copy();
}
