using System.Text.Json.Serialization;

namespace Berth.Agent;

/// <summary>A container's network as the metadata documents show it; what is below the addresses, in version 4 and awsvpc only.</summary>
internal sealed record NetworkMetadata
{
    /// <summary>The name server of containers in networks other than Docker's default one.</summary>
    private const string DockerNameServer = "127.0.0.11";

    public required string NetworkMode { get; init; }

    [JsonPropertyName("IPv4Addresses")]
    public IReadOnlyList<string>? Ipv4Addresses { get; init; }

    public int? AttachmentIndex { get; init; }

    [JsonPropertyName("MACAddress")]
    public string? MacAddress { get; init; }

    [JsonPropertyName("IPv4SubnetCIDRBlock")]
    public string? Ipv4SubnetCidrBlock { get; init; }

    public IReadOnlyList<string>? DomainNameServers { get; init; }

    [JsonPropertyName("PrivateDNSName")]
    public string? PrivateDnsName { get; init; }

    public string? SubnetGatewayIpv4Address { get; init; }

    public static NetworkMetadata Of(TaskState task, ContainerState container, bool isV4)
    {
        if (task.Sandbox is not { Interface: { } @interface, Address: var address })
        {
            return new()
            {
                NetworkMode = container.DockerNetworkMode ?? task.Spec.NetworkMode ?? "bridge",
                // The address of one that was ready is known before the container has been seen to run.
                Ipv4Addresses = task.Sandbox is { FromPool: true, Address: { } ready } ? [ready.Ipv4] : container.Ipv4Addresses.Count > 0 ? container.Ipv4Addresses : null,
            };
        }

        var network = new NetworkMetadata { NetworkMode = "awsvpc", Ipv4Addresses = address is null ? null : [address.Ipv4] };
        return !isV4 ? network : network with
        {
            AttachmentIndex = 0,
            MacAddress = @interface.MacAddress,
            Ipv4SubnetCidrBlock = @interface.CidrBlock,
            DomainNameServers = [DockerNameServer],
            PrivateDnsName = address is null ? null : $"ip-{address.Ipv4.Replace('.', '-')}.{DomainOf(task.Arn)}",
            SubnetGatewayIpv4Address = $"{@interface.Gateway}/{@interface.CidrBlock[(@interface.CidrBlock.IndexOf('/') + 1)..]}",
        };
    }

    /// <summary>EC2's private domain of the region a task's ARN names.</summary>
    private static string DomainOf(string arn) => arn.Split(':') is [_, _, _, var region, ..] && region != "us-east-1" ? $"{region}.compute.internal" : "ec2.internal";
}
