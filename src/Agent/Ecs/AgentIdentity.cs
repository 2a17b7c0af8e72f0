using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Berth.Agent;

/// <summary>Who this agent is, kept across restarts in <c>agent.json</c>.</summary>
internal sealed record AgentIdentity
{
    public required string Ec2InstanceId { get; init; }

    /// <summary>The client token of the first registration, so that one whose answer was lost makes no second instance.</summary>
    public required string RegistrationToken { get; init; }

    /// <summary>The cluster joined; null before the first registration.</summary>
    public string? Cluster { get; init; }

    public string? ContainerInstanceArn { get; init; }

    /// <summary>The highest <c>seqNum</c> or <c>timeline</c> seen.</summary>
    public long Timeline { get; init; }

    /// <summary>The port containers were told to find the endpoints at; it has to stay.</summary>
    public int ContainerEndpointPort { get; init; }

    public static AgentIdentity Create(AgentOptions options) => new()
    {
        RegistrationToken = Guid.NewGuid().ToString(),
        Ec2InstanceId = options.Ec2InstanceId ?? $"i-{RandomNumberGenerator.GetHexString(17, lowercase: true)}",
    };

    /// <summary>What EC2's instance metadata would say, as far as a control plane wants to know it.</summary>
    public string Document(AgentOptions options) => new JsonObject
    {
        ["instanceId"] = Ec2InstanceId,
        ["instanceType"] = options.InstanceType,
        ["availabilityZone"] = options.AvailabilityZone ?? $"{options.Region}a",
        ["privateIp"] = options.HostAddress ?? HostAddress(),
        ["region"] = options.Region,
        ["accountId"] = options.AccountId,
    }.ToJsonString();

    private static string HostAddress() =>
        MachineAddress.All()
            .Where(own => own.Device.OperationalStatus == OperationalStatus.Up
                && own.Device.NetworkInterfaceType != NetworkInterfaceType.Loopback
                && !own.Device.Name.StartsWith("docker", StringComparison.Ordinal)
                && !own.Device.Name.StartsWith("br-", StringComparison.Ordinal)
                && !own.Device.Name.StartsWith("veth", StringComparison.Ordinal))
            .Select(own => own.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address))
            ?.ToString() ?? IPAddress.Loopback.ToString();
}
