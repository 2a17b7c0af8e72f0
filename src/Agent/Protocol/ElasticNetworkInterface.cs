namespace Berth.Agent;

/// <summary>The network interface of a task in network mode <c>awsvpc</c>, as a payload describes it.</summary>
internal sealed record ElasticNetworkInterface
{
    /// <summary>The interface's own id, <c>eni-…</c>.</summary>
    public string? Ec2Id { get; init; }

    public string? MacAddress { get; init; }

    public string? AttachmentArn { get; init; }

    /// <summary>With the subnet's prefix: <c>10.0.0.1/24</c>.</summary>
    public string? SubnetGatewayIpv4Address { get; init; }

    /// <summary>
    /// A member of Berth's own, which other agents pass over: the subnet, whose network on this machine gives the task
    /// its address.
    /// </summary>
    public string? SubnetId { get; init; }
}

/// <summary>What has become of an attachment.</summary>
internal sealed record AttachmentStateChange
{
    public required string AttachmentArn { get; init; }

    public required string Status { get; init; }

    /// <summary>A member of Berth's own: the address the machine's network gave.</summary>
    public string? PrivateIpv4Address { get; init; }
}
