namespace Berth.Host;

/// <summary>What the command line says of a container instance.</summary>
/// <param name="Name">Tells this machine's agents apart: <see cref="Installation.AgentDirectory"/>.</param>
internal sealed record AgentChoices(string Name)
{
    /// <summary>Null joins <c>default</c>.</summary>
    public string? Cluster { get; init; }

    /// <summary>Null offers all.</summary>
    public int? CpuUnits { get; init; }

    /// <summary>Null offers all.</summary>
    public int? MemoryMiB { get; init; }

    /// <summary>Null is the region's zone <c>a</c>.</summary>
    public string? AvailabilityZone { get; init; }

    /// <summary>Custom attributes; an empty value makes a flag.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
}

/// <summary>A container instance's process.</summary>
internal static class AgentRole
{
    internal static Task RunAsync(Installation installation, AgentChoices choices, TimeProvider clock, CancellationToken cancellationToken) =>
        throw new CommandException("This build has no agent.");     // ContainerAgent.RunAsync goes here.
}
