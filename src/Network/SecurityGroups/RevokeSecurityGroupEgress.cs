using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record RevokeSecurityGroupEgressInput(
    bool? DryRun,
    string? GroupId,
    IReadOnlyList<IpPermissionShape>? IpPermissions,
    [property: JsonPropertyName("SecurityGroupRuleId")] IReadOnlyList<string>? SecurityGroupRuleIds,
    string? CidrIp,
    int? FromPort,
    string? IpProtocol,
    int? ToPort,
    string? SourceSecurityGroupName,
    string? SourceSecurityGroupOwnerId);

internal sealed record RevokeSecurityGroupEgressOutput(
    bool Return,
    [property: JsonPropertyName("unknownIpPermissionSet")] IReadOnlyList<IpPermissionShape>? UnknownIpPermissions);

/// <summary>Takes rules from what a security group lets out.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html</remarks>
internal sealed class RevokeSecurityGroupEgress(NetworkStreams streams) : IOperation<RevokeSecurityGroupEgressInput, RevokeSecurityGroupEgressOutput>
{
    public async ValueTask<RevokeSecurityGroupEgressOutput> HandleAsync(RevokeSecurityGroupEgressInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, null, byNameToo: false);
        var permissions = SinglePermission.Or(request.IpPermissions, request.IpProtocol, request.FromPort, request.ToPort, request.CidrIp, request.SourceSecurityGroupName);
        var rules = request.SecurityGroupRuleIds is { Count: > 0 } && permissions is not { Count: > 0 } ? [] : PermissionRules.Read(permissions, isEgress: true, group, state);
        var command = new RevokeSecurityGroup(group.Id, IsEgress: true, rules, [.. request.SecurityGroupRuleIds ?? []]);
        Invalid.DryRun(request.DryRun);
        var unknown = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(Return: true, unknown.IsEmpty ? null : SecurityGroupShapes.Permissions(unknown, state));
    }
}
