using Berth.Domain;

namespace Berth.Api;

/// <summary>A task's network interface as the API tells it: an attachment of the task, an interface of each container.</summary>
internal static class AttachmentAnswer
{
    public static List<AttachmentShape> Of(ClusterState state, EcsTask task) => task.NetworkInterface is not { } @interface ? [] :
    [
        new()
        {
            Id = TaskNetworkInterface.AttachmentIdOf(task.Id),
            Type = "ElasticNetworkInterface",
            Status = Status(task, @interface),
            Details = [.. Details(state, task, @interface)],
        },
    ];

    public static List<NetworkInterfaceShape> OfContainer(EcsTask task) => task.NetworkInterface is not { PrivateIpv4Address: { } address } ? [] :
        [new() { AttachmentId = TaskNetworkInterface.AttachmentIdOf(task.Id), PrivateIpv4Address = address }];

    /// <summary>The agent makes the interface when it takes the task up, and it is gone when the task has stopped.</summary>
    private static string Status(EcsTask task, TaskNetworkInterface @interface) =>
        task.LastStatus == EcsTaskStatus.Stopped ? "DELETED" : @interface.Attached ? "ATTACHED" : "ATTACHING";

    private static IEnumerable<KeyValuePairShape> Details(ClusterState state, EcsTask task, TaskNetworkInterface @interface)
    {
        yield return new() { Name = "subnetId", Value = @interface.SubnetId };
        yield return new() { Name = "networkInterfaceId", Value = TaskNetworkInterface.IdOf(task.Id) };
        yield return new() { Name = "macAddress", Value = TaskNetworkInterface.MacAddressOf(task.Id) };
        if (@interface.PrivateIpv4Address is { } address)
        {
            yield return new() { Name = "privateDnsName", Value = TaskNetworkInterface.DnsNameOf(address, state.Region) };
            yield return new() { Name = "privateIPv4Address", Value = address };
        }
    }
}
