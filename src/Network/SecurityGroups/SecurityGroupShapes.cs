using System.Text.Json.Serialization;
using Berth.Domain;

namespace Berth.Network;

internal sealed record IpRangeShape(string? CidrIp, string? Description);

internal sealed record Ipv6RangeShape(string? CidrIpv6, string? Description);

internal sealed record PrefixListIdShape(string? Description, string? PrefixListId);

internal sealed record UserIdGroupPairShape(
    string? Description, string? GroupId, string? GroupName, string? PeeringStatus, string? UserId, string? VpcId, string? VpcPeeringConnectionId);

internal sealed record IpPermissionShape(
    int? FromPort,
    string? IpProtocol,
    IReadOnlyList<IpRangeShape>? IpRanges,
    IReadOnlyList<Ipv6RangeShape>? Ipv6Ranges,
    IReadOnlyList<PrefixListIdShape>? PrefixListIds,
    int? ToPort,
    [property: JsonPropertyName("groups")] IReadOnlyList<UserIdGroupPairShape>? UserIdGroupPairs);

internal sealed record SecurityGroupShape(
    [property: JsonPropertyName("groupDescription")] string Description,
    string GroupName,
    IReadOnlyList<IpPermissionShape> IpPermissions,
    string OwnerId,
    string GroupId,
    IReadOnlyList<IpPermissionShape> IpPermissionsEgress,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string VpcId,
    string SecurityGroupArn);

internal sealed record ReferencedSecurityGroupShape(string GroupId, string UserId, string? VpcId);

internal sealed record SecurityGroupRuleShape(
    string SecurityGroupRuleId,
    string GroupId,
    string GroupOwnerId,
    bool IsEgress,
    string IpProtocol,
    int FromPort,
    int ToPort,
    string? CidrIpv4,
    string? CidrIpv6,
    string? PrefixListId,
    ReferencedSecurityGroupShape? ReferencedGroupInfo,
    string? Description,
    [property: JsonPropertyName("tagSet")] IReadOnlyList<TagShape>? Tags,
    string SecurityGroupRuleArn);

internal sealed record SecurityGroupRuleRequestShape(
    string? IpProtocol, int? FromPort, int? ToPort, string? CidrIpv4, string? CidrIpv6, string? PrefixListId, string? ReferencedGroupId, string? Description);

internal sealed record SecurityGroupRuleUpdateShape(string? SecurityGroupRuleId, SecurityGroupRuleRequestShape? SecurityGroupRule);

/// <summary>Security groups and their rules in the shapes of the wire.</summary>
internal static class SecurityGroupShapes
{
    /// <summary>What stands for no port in a rule's own shape.</summary>
    private const int NoPort = -1;

    public static SecurityGroupShape Shape(this SecurityGroup group, NetworkState state) => new(
        group.Description,
        group.Name,
        Permissions(group.Rules.Where(rule => !rule.IsEgress), state),
        state.Account,
        group.Id,
        Permissions(group.Rules.Where(rule => rule.IsEgress), state),
        state.ShapeTags(group.Id),
        group.VpcId,
        $"arn:aws:ec2:{state.Region}:{state.Account}:security-group/{group.Id}");

    public static SecurityGroupRuleShape Shape(this SecurityGroupRule rule, string groupId, NetworkState state) => new(
        rule.Id,
        groupId,
        state.Account,
        rule.IsEgress,
        rule.Protocol,
        rule.FromPort ?? NoPort,
        rule.ToPort ?? NoPort,
        rule.CidrIpv4,
        rule.CidrIpv6,
        rule.PrefixListId,
        rule.GroupId is { } peer ? new(peer, state.Account, state.SecurityGroups.GetValueOrDefault(peer)?.VpcId) : null,
        rule.Description,
        state.ShapeTags(rule.Id),
        $"arn:aws:ec2:{state.Region}:{state.Account}:security-group-rule/{rule.Id}");

    /// <summary>Rules by what they let through: one entry a protocol and ports, with all other sides.</summary>
    public static IReadOnlyList<IpPermissionShape> Permissions(IEnumerable<SecurityGroupRule> rules, NetworkState state) =>
    [
        .. rules.GroupBy(rule => (rule.Protocol, rule.FromPort, rule.ToPort)).Select(same => new IpPermissionShape(
            same.Key.FromPort,
            same.Key.Protocol,
            [.. same.Where(rule => rule.CidrIpv4 is not null).Select(rule => new IpRangeShape(rule.CidrIpv4, rule.Description))],
            [.. same.Where(rule => rule.CidrIpv6 is not null).Select(rule => new Ipv6RangeShape(rule.CidrIpv6, rule.Description))],
            [.. same.Where(rule => rule.PrefixListId is not null).Select(rule => new PrefixListIdShape(rule.Description, rule.PrefixListId))],
            same.Key.ToPort,
            [.. same.Where(rule => rule.GroupId is not null).Select(rule => new UserIdGroupPairShape(rule.Description, rule.GroupId, null, null, state.Account, null, null))])),
    ];
}
