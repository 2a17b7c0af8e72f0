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

    /// <summary>
    /// The agent makes the interface when it takes the task up, and it is gone when the task has stopped. There is no DETACHING:
    /// the agent tells of the end of a task when its interface has gone already.
    /// </summary>
    private static string Status(EcsTask task, TaskNetworkInterface @interface) =>
        task.LastStatus == EcsTaskStatus.Stopped ? "DELETED" : @interface.Attached ? "ATTACHED" : IsUntouched(task) ? "PRECREATED" : "ATTACHING";

    /// <summary>Nothing has happened to the task since it was placed.</summary>
    private static bool IsUntouched(EcsTask task) => task.Version == 1;

    private static IEnumerable<KeyValuePairShape> Details(ClusterState state, EcsTask task, TaskNetworkInterface @interface)
    {
        yield return new() { Name = "subnetId", Value = @interface.SubnetId };
        if (IsUntouched(task))
        {
            yield break;     // Nobody has made it yet.
        }

        yield return new() { Name = "networkInterfaceId", Value = TaskNetworkInterface.IdOf(task.Id) };
        yield return new() { Name = "macAddress", Value = TaskNetworkInterface.MacAddressOf(task.Id) };
        if (@interface.PrivateIpv4Address is { } address)
        {
            yield return new() { Name = "privateDnsName", Value = TaskNetworkInterface.DnsNameOf(address, state.Region) };
            yield return new() { Name = "privateIPv4Address", Value = address };
        }
    }
}
