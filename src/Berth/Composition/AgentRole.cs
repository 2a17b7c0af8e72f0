using Berth.Agent;
using Berth.Wire;
using Microsoft.Extensions.Logging;

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
internal static partial class AgentRole
{
    internal static async Task RunAsync(Installation installation, AgentChoices choices, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var loggers = RoleLog.Create();
        var options = new AgentOptions
        {
            IntrospectionPort = 51678,
            Endpoint = installation.Endpoint,
            Credentials = installation.OpenCredentials().Credentials(CredentialsFile.AgentProfile),
            DataDirectory = installation.AgentDirectory(choices.Name),
            DockerHost = TaskContainers.DockerHost,
            AccountId = installation.Settings.AccountId,
            Region = Installation.DefaultRegion,
            Cluster = choices.Cluster,
            CpuUnits = choices.CpuUnits,
            MemoryMiB = choices.MemoryMiB,
            AvailabilityZone = choices.AvailabilityZone ?? $"{Installation.DefaultRegion}a",
            Attributes = choices.Attributes,
        };
        var logger = loggers.CreateLogger(typeof(AgentRole));
        options = new AgentEnvironment(Environment.GetEnvironmentVariable, complaint => LogComplaint(logger, complaint)).Apply(options);
        await ContainerAgent.RunAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Complaint}")]
    private static partial void LogComplaint(ILogger logger, string complaint);
}
