namespace Branchline.Tests.Simulation;

/// <summary>The stores of the clients in a run.</summary>
internal sealed class SimFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("branchline-sim-clients-").FullName;
    private int _stores;

    public string NewStore() => Path.Combine(_directory, $"client-{++_stores}.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
