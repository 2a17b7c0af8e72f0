using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record RevokeSecurityGroupIngressInput(
    string? CidrIp,
    int? FromPort,
    string? GroupId,
    string? GroupName,
    IReadOnlyList<IpPermissionShape>? IpPermissions,
    string? IpProtocol,
    string? SourceSecurityGroupName,
    string? SourceSecurityGroupOwnerId,
    int? ToPort,
    bool? DryRun,
    [property: JsonPropertyName("SecurityGroupRuleId")] IReadOnlyList<string>? SecurityGroupRuleIds);

internal sealed record RevokeSecurityGroupIngressOutput(
    bool Return,
    [property: JsonPropertyName("unknownIpPermissionSet")] IReadOnlyList<IpPermissionShape>? UnknownIpPermissions);

/// <summary>Takes rules from what a security group lets in.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html</remarks>
internal sealed class RevokeSecurityGroupIngress(NetworkStreams streams) : IOperation<RevokeSecurityGroupIngressInput, RevokeSecurityGroupIngressOutput>
{
    public async ValueTask<RevokeSecurityGroupIngressOutput> HandleAsync(RevokeSecurityGroupIngressInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, request.GroupName, byNameToo: true);
        var permissions = SinglePermission.Or(request.IpPermissions, request.IpProtocol, request.FromPort, request.ToPort, request.CidrIp, request.SourceSecurityGroupName);
        var rules = request.SecurityGroupRuleIds is { Count: > 0 } && permissions is not { Count: > 0 } ? [] : PermissionRules.Read(permissions, isEgress: false, group, state);
        var command = new RevokeSecurityGroup(group.Id, IsEgress: false, rules, [.. request.SecurityGroupRuleIds ?? []]);
        Invalid.DryRun(request.DryRun);
        var unknown = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(Return: true, unknown.IsEmpty ? null : SecurityGroupShapes.Permissions(unknown, state));
    }
}
