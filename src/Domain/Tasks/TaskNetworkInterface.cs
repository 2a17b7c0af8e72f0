using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Berth.Domain;

/// <summary>
/// The elastic network interface of a task in network mode <c>awsvpc</c>. There is one a task, so its ids follow from the
/// task's; where it is in its subnet, the network of its machine decides and the agent reports.
/// </summary>
/// <param name="SubnetId">Its subnet.</param>
/// <param name="CidrBlock">The subnet's block.</param>
public sealed record TaskNetworkInterface(string SubnetId, string CidrBlock)
{
    /// <summary>The address; null until the agent has told it.</summary>
    public string? PrivateIpv4Address { get; init; }

    /// <summary>Whether the agent has reported it attached.</summary>
    public bool Attached { get; init; }

    /// <summary>The id of a task's interface, <c>eni-</c> and 17 hexadecimal digits.</summary>
    public static string IdOf(string taskId) => $"eni-{Hash(taskId)[..17]}";

    /// <summary>The id under which EC2 has a task's interface attached to an instance, <c>eni-attach-</c> and 17 hexadecimal digits.</summary>
    public static string InstanceAttachmentIdOf(string taskId) => $"eni-attach-{Hash(taskId)[17..34]}";

    /// <summary>The MAC address of a task's interface, of the range anybody may use.</summary>
    public static string MacAddressOf(string taskId)
    {
        var hash = Hash(taskId);
        return $"02:{hash[..2]}:{hash[2..4]}:{hash[4..6]}:{hash[6..8]}:{hash[8..10]}";
    }

    /// <summary>The id of a task's attachment: the task's own, written as a UUID, so that nobody has to search for the task.</summary>
    public static string AttachmentIdOf(string taskId) =>
        taskId.Length == 32 ? $"{taskId[..8]}-{taskId[8..12]}-{taskId[12..16]}-{taskId[16..20]}-{taskId[20..]}" : taskId;

    /// <summary>The task whose attachment has an id.</summary>
    public static string TaskIdOf(string attachmentId) => attachmentId.Length == 36 ? attachmentId.Replace("-", "", StringComparison.Ordinal) : attachmentId;

    /// <summary>The private DNS name of an address in a region, as EC2 gives it.</summary>
    public static string DnsNameOf(string ipv4Address, string region) =>
        $"ip-{ipv4Address.Replace('.', '-')}.{(region == "us-east-1" ? "ec2.internal" : $"{region}.compute.internal")}";

    private static string Hash(string taskId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(taskId)));
}

/// <summary>Gives a placed task its interface.</summary>
internal static class NetworkInterfaces
{
    /// <summary>The task with an interface in the first of its subnets that is in its instance's zone, if its network is its own.</summary>
    public static EcsTask WithNetworkInterface(this EcsTask task, ClusterState state, TaskDefinition definition, JsonElement? configuration, ImmutableArray<TaskSubnet> given)
    {
        var subnets = TaskSubnet.Of(state, definition, configuration, given);
        var subnet = subnets.FirstOrDefault(subnet => subnet.ZoneName == task.AvailabilityZone) ?? subnets.FirstOrDefault(subnet => subnet.ZoneName is null);
        return subnet is null ? task : task with { NetworkInterface = new(subnet.Id, subnet.CidrBlock) };
    }
}

/// <summary>What an agent reports of an attachment.</summary>
/// <param name="AttachmentId">The attachment.</param>
/// <param name="Status">Its status, in the API's words.</param>
/// <param name="PrivateIpv4Address">The address its interface was given; null where the agent does not say.</param>
public sealed record AttachmentReport(string AttachmentId, string Status, string? PrivateIpv4Address);
