using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record AuthorizeSecurityGroupIngressInput(
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
    [property: JsonPropertyName("TagSpecification")] IReadOnlyList<TagSpecificationShape>? TagSpecifications);

internal sealed record AuthorizeSecurityGroupIngressOutput(
    bool Return,
    [property: JsonPropertyName("securityGroupRuleSet")] IReadOnlyList<SecurityGroupRuleShape> SecurityGroupRules);

/// <summary>Adds rules to what a security group lets in.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html</remarks>
internal sealed class AuthorizeSecurityGroupIngress(NetworkStreams streams) : IOperation<AuthorizeSecurityGroupIngressInput, AuthorizeSecurityGroupIngressOutput>
{
    public async ValueTask<AuthorizeSecurityGroupIngressOutput> HandleAsync(AuthorizeSecurityGroupIngressInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var group = SecurityGroupNames.Find(state, request.GroupId, request.GroupName, byNameToo: true);
        var permissions = SinglePermission.Or(request.IpPermissions, request.IpProtocol, request.FromPort, request.ToPort, request.CidrIp, request.SourceSecurityGroupName);
        var rules = PermissionRules.Read(permissions, isEgress: false, group, state);
        var command = new AuthorizeSecurityGroup(group.Id, rules, Invalid.Tags(request.TagSpecifications, "security-group-rule"));
        Invalid.DryRun(request.DryRun);
        var added = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        return new(Return: true, [.. added.Select(rule => rule.Shape(group.Id, state))]);
    }
}
