using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeSecurityGroupsInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    [property: JsonPropertyName("GroupId")] IReadOnlyList<string>? GroupIds,
    [property: JsonPropertyName("GroupName")] IReadOnlyList<string>? GroupNames,
    bool? DryRun,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeSecurityGroupsOutput(
    [property: JsonPropertyName("securityGroupInfo")] IReadOnlyList<SecurityGroupShape> SecurityGroups,
    string? NextToken);

/// <summary>Describes security groups by id, by name in the default VPC, or by filters.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html</remarks>
internal sealed class DescribeSecurityGroups(NetworkStreams streams) : IOperation<DescribeSecurityGroupsInput, DescribeSecurityGroupsOutput>
{
    private static readonly Listing<SecurityGroup> All = new()
    {
        Id = group => group.Id,
        Form = ("sg-", "InvalidGroupId.Malformed"),
        NotFound = NetworkRefusal.GroupNotFound,
        Filters = new Dictionary<string, Func<NetworkState, SecurityGroup, IEnumerable<string?>>>
        {
            ["description"] = (_, group) => [group.Description],
            ["egress.ip-permission.cidr"] = (_, group) => Out(group).Select(rule => rule.CidrIpv4),
            ["egress.ip-permission.from-port"] = (_, group) => Out(group).Select(rule => FilterValues.Text(rule.FromPort)),
            ["egress.ip-permission.group-id"] = (_, group) => Out(group).Select(rule => rule.GroupId),
            ["egress.ip-permission.protocol"] = (_, group) => Out(group).Select(rule => rule.Protocol),
            ["egress.ip-permission.to-port"] = (_, group) => Out(group).Select(rule => FilterValues.Text(rule.ToPort)),
            ["group-id"] = (_, group) => [group.Id],
            ["group-name"] = (_, group) => [group.Name],
            ["ip-permission.cidr"] = (_, group) => In(group).Select(rule => rule.CidrIpv4),
            ["ip-permission.from-port"] = (_, group) => In(group).Select(rule => FilterValues.Text(rule.FromPort)),
            ["ip-permission.group-id"] = (_, group) => In(group).Select(rule => rule.GroupId),
            ["ip-permission.protocol"] = (_, group) => In(group).Select(rule => rule.Protocol),
            ["ip-permission.to-port"] = (_, group) => In(group).Select(rule => FilterValues.Text(rule.ToPort)),
            ["owner-id"] = (state, _) => [state.Account],
            ["vpc-id"] = (_, group) => [group.VpcId],
        },
    };

    private static IEnumerable<SecurityGroupRule> In(SecurityGroup group) => group.Rules.Where(rule => !rule.IsEgress);

    private static IEnumerable<SecurityGroupRule> Out(SecurityGroup group) => group.Rules.Where(rule => rule.IsEgress);

    public async ValueTask<DescribeSecurityGroupsOutput> HandleAsync(DescribeSecurityGroupsInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var ids = request.GroupNames is { Count: > 0 } names
            ? [.. (request.GroupIds ?? []), .. names.Select(name => SecurityGroupNames.Find(state, null, name, byNameToo: true).Id)]
            : request.GroupIds;
        var (groups, next) = All.Select(state, state.SecurityGroups.Values, ids, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. groups.Select(group => group.Shape(state))], next);
    }
}
