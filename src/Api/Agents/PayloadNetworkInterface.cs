using System.Net;
using System.Text.Json.Nodes;
using Berth.Domain;

namespace Berth.Api;

/// <summary>Translates a task's network interface into what an agent is told of it.</summary>
internal static class PayloadNetworkInterface
{
    /// <summary>Stands for the address that the machine's network is to give: the protocol wants one.</summary>
    private const string AnyAddress = "0.0.0.0";

    /// <summary>The list of a task's interfaces; null where its network is not its own.</summary>
    /// <remarks><c>subnetId</c> is a member of Berth's own; agents pass over what they do not know.</remarks>
    public static JsonArray? Of(ClusterState state, EcsTask task) => task.NetworkInterface is not { } @interface ? null : new(new JsonObject
    {
        ["ec2Id"] = TaskNetworkInterface.IdOf(task.Id),
        ["macAddress"] = TaskNetworkInterface.MacAddressOf(task.Id),
        ["attachmentArn"] = AttachmentArn(state, task),
        ["name"] = "eth1",
        ["index"] = 0,
        ["ipv4Addresses"] = new JsonArray(new JsonObject { ["privateAddress"] = @interface.PrivateIpv4Address ?? AnyAddress, ["primary"] = true }),
        ["subnetGatewayIpv4Address"] = Gateway(@interface.CidrBlock),
        ["subnetId"] = @interface.SubnetId,
    });

    private static string AttachmentArn(ClusterState state, EcsTask task) =>
        $"arn:aws:ecs:{state.Region}:{state.Account}:attachment/{TaskNetworkInterface.AttachmentIdOf(task.Id)}";

    /// <summary>The first address of a block, with the block's prefix, as it is at EC2.</summary>
    private static string Gateway(string cidrBlock)
    {
        var block = IPNetwork.Parse(cidrBlock);
        var bytes = block.BaseAddress.GetAddressBytes();
        bytes[^1]++;    // A subnet's block has at least sixteen addresses and begins at an even one.
        return $"{new IPAddress(bytes)}/{block.PrefixLength}";
    }
}
