using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Network;

internal sealed record NetworkInterfaceAttachmentShape(
    DateTimeOffset AttachTime, string AttachmentId, bool DeleteOnTermination, int DeviceIndex, int NetworkCardIndex, string? InstanceId, string? InstanceOwnerId, string Status);

internal sealed record GroupIdentifierShape(string? GroupName, string GroupId);

internal sealed record NetworkInterfacePrivateIpAddressShape(bool Primary, string PrivateDnsName, string PrivateIpAddress);

internal sealed record NetworkInterfaceShape
{
    public required NetworkInterfaceAttachmentShape Attachment { get; init; }

    public string? AvailabilityZone { get; init; }

    public required string Description { get; init; }

    [JsonPropertyName("groupSet")]
    public required IReadOnlyList<GroupIdentifierShape> Groups { get; init; }

    public required string InterfaceType { get; init; }

    public required string MacAddress { get; init; }

    public required string NetworkInterfaceId { get; init; }

    public required string OwnerId { get; init; }

    public string? PrivateDnsName { get; init; }

    public string? PrivateIpAddress { get; init; }

    [JsonPropertyName("privateIpAddressesSet")]
    public required IReadOnlyList<NetworkInterfacePrivateIpAddressShape> PrivateIpAddresses { get; init; }

    public required bool RequesterManaged { get; init; }

    public required bool SourceDestCheck { get; init; }

    public required string Status { get; init; }

    public required string SubnetId { get; init; }

    public required IReadOnlyList<TagShape> TagSet { get; init; }

    public string? VpcId { get; init; }
}

/// <summary>Interfaces in the shapes of the wire.</summary>
internal static class ShapesOfInterfaces
{
    /// <summary>What everybody knows a network interface of a task to be.</summary>
    public const string InterfaceType = "interface";

    /// <summary>The first is the instance's own.</summary>
    private const int DeviceIndex = 1;

    public static string Status(this ElasticNetworkInterface one) => one.Attached ? "in-use" : "attaching";

    public static string AttachmentStatus(this ElasticNetworkInterface one) => one.Attached ? "attached" : "attaching";

    /// <summary>The VPC it is in; null where its subnet is of a name that EC2 would not give.</summary>
    public static string? VpcId(this ElasticNetworkInterface one, NetworkState state) => state.Subnets.GetValueOrDefault(one.SubnetId)?.VpcId;

    /// <summary>Its groups: those of its task, else its VPC's own.</summary>
    public static IEnumerable<string> Groups(this ElasticNetworkInterface one, NetworkState state) =>
        one.GroupIds is { IsEmpty: false } given ? given : one.VpcId(state) is { } vpc && state.DefaultGroupOf(vpc) is { } own ? [own.Id] : [];

    public static NetworkInterfaceShape Shape(this ElasticNetworkInterface one, NetworkState state)
    {
        var dnsName = one.PrivateIpv4Address is { } known ? TaskNetworkInterface.DnsNameOf(known, state.Region) : null;
        return new()
        {
            Attachment = new(
                one.CreatedAt, one.AttachmentId, DeleteOnTermination: false, DeviceIndex, NetworkCardIndex: 0, one.InstanceId, one.InstanceId is null ? null : state.Account, one.AttachmentStatus()),
            AvailabilityZone = one.ZoneName,
            Description = one.Description,
            Groups = [.. one.Groups(state).Select(id => new GroupIdentifierShape(state.SecurityGroups.GetValueOrDefault(id)?.Name, id))],
            InterfaceType = InterfaceType,
            MacAddress = one.MacAddress,
            NetworkInterfaceId = one.Id,
            OwnerId = state.Account,
            PrivateDnsName = dnsName,
            PrivateIpAddress = one.PrivateIpv4Address,
            PrivateIpAddresses = one.PrivateIpv4Address is { } address ? [new(Primary: true, dnsName!, address)] : [],    // There is a name where there is an address.
            RequesterManaged = true,
            SourceDestCheck = true,
            Status = one.Status(),
            SubnetId = one.SubnetId,
            TagSet = [.. one.Tags.Select(tag => new TagShape(tag.Key, tag.Value))],
            VpcId = one.VpcId(state),
        };
    }
}
