using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record AuthorizeSecurityGroupEgressInput(
    bool? DryRun,
    string? GroupId,
    IReadOnlyList<IpPermissionShape>? IpPermissions,
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications,
    string? CidrIp,
    int? FromPort,
    string? IpProtocol,
    int? ToPort,
    string? SourceSecurityGroupName,
    string? SourceSecurityGroupOwnerId);

internal sealed record AuthorizeSecurityGroupEgressOutput(
    bool Return,
    [property: JsonPropertyName("securityGroupRuleSet")] IReadOnlyList<SecurityGroupRuleShape> SecurityGroupRules);

/// <summary>Adds rules to what a security group lets out.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html</remarks>
internal sealed class AuthorizeSecurityGroupEgress(NetworkStreams streams) : IOperation<AuthorizeSecurityGroupEgressInput, AuthorizeSecurityGroupEgressOutput>
{
    public async ValueTask<AuthorizeSecurityGroupEgressOutput> HandleAsync(AuthorizeSecurityGroupEgressInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, null, byNameToo: false);
        var permissions = SinglePermission.Or(request.IpPermissions, request.IpProtocol, request.FromPort, request.ToPort, request.CidrIp, request.SourceSecurityGroupName);
        var rules = PermissionRules.Read(permissions, isEgress: true, group, state);
        var command = new AuthorizeSecurityGroup(group.Id, rules, Invalid.Tags(request.TagSpecifications, "security-group-rule"));
        Invalid.DryRun(request.DryRun);
        var added = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(Return: true, [.. added.Select(rule => rule.Shape(group.Id, state))]);
    }
}
