using System.Collections.Immutable;
using System.Net;
using Berth.Domain;

namespace Berth.Api;

/// <summary>Reads what agents report of containers. What they say that is not known is passed over: a refusal would only be repeated.</summary>
internal static class TaskReports
{
    /// <summary>The text agents are answered with; they do not look at it.</summary>
    public const string Acknowledgment = "ACCEPT";

    /// <summary>The one managed agent there is.</summary>
    public const string ExecuteCommandAgent = "ExecuteCommandAgent";

    public static EcsTaskStatus? TaskStatus(string? status) => status switch
    {
        "PENDING" => EcsTaskStatus.Pending,
        "RUNNING" => EcsTaskStatus.Running,
        "STOPPED" => EcsTaskStatus.Stopped,
        _ => null,
    };

    public static ContainerReport Container(ContainerStateChangeShape change) => new(change.ContainerName ?? "")
    {
        Status = ContainerStatus(change.Status),
        RuntimeId = change.RuntimeId,
        ImageDigest = change.ImageDigest,
        ExitCode = change.ExitCode,
        Reason = change.Reason,
        NetworkBindings = Bindings(change.NetworkBindings),
    };

    public static IEnumerable<ContainerReport> ManagedAgents(List<ManagedAgentStateChangeShape>? changes) => (changes ?? [])
        .Where(change => change is { ManagedAgentName: ExecuteCommandAgent, Status: "PENDING" or "RUNNING" or "STOPPED" })
        .Select(change => new ContainerReport(change.ContainerName ?? "") { ExecuteCommandAgent = new(change.Status!, change.Reason, null) });    // One of the three.

    /// <summary>An attachment's id is the last part of its ARN; an address that is none is passed over.</summary>
    public static IEnumerable<AttachmentReport> Attachments(List<AttachmentStateChangeShape>? changes)
    {
        foreach (var change in changes ?? [])
        {
            if (change is { AttachmentArn: { } arn, Status: { } status })
            {
                yield return new(arn[(arn.LastIndexOf('/') + 1)..], status, IPAddress.TryParse(change.PrivateIpv4Address, out var address) ? address.ToString() : null);
            }
        }
    }

    public static ContainerStatus? ContainerStatus(string? status) => status switch
    {
        "PENDING" => Domain.ContainerStatus.Pending,
        "RUNNING" => Domain.ContainerStatus.Running,
        "STOPPED" => Domain.ContainerStatus.Stopped,
        _ => null,
    };

    public static ImmutableArray<NetworkBinding>? Bindings(List<NetworkBindingShape>? bindings) => bindings is null ? null :
    [
        .. bindings.Select(binding => new NetworkBinding(binding.BindIP ?? "", binding.ContainerPort ?? 0, binding.HostPort ?? 0, binding.Protocol ?? "tcp")
        {
            ContainerPortRange = binding.ContainerPortRange,
            HostPortRange = binding.HostPortRange,
        }),
    ];
}
