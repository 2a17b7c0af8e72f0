using System.Text.Json.Serialization;
using Berth.Domain;
using Berth.Wire;

namespace Berth.Network;

internal sealed record DescribeSecurityGroupRulesInput(
    [property: JsonPropertyName("Filter")] IReadOnlyList<FilterShape>? Filters,
    [property: JsonPropertyName("SecurityGroupRuleId")] IReadOnlyList<string>? SecurityGroupRuleIds,
    bool? DryRun,
    string? NextToken,
    int? MaxResults);

internal sealed record DescribeSecurityGroupRulesOutput(
    [property: JsonPropertyName("securityGroupRuleSet")] IReadOnlyList<SecurityGroupRuleShape> SecurityGroupRules,
    string? NextToken);

/// <summary>Describes rules of security groups one by one.</summary>
/// <remarks>https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html</remarks>
internal sealed class DescribeSecurityGroupRules(NetworkStreams streams) : IOperation<DescribeSecurityGroupRulesInput, DescribeSecurityGroupRulesOutput>
{
    private static readonly Listing<(string GroupId, SecurityGroupRule Rule)> All = new()
    {
        Id = item => item.Rule.Id,
        Form = ("sgr-", "InvalidSecurityGroupRuleId.Malformed"),
        NotFound = NetworkRefusal.RuleNotFound,
        Filters = new Dictionary<string, Func<NetworkState, (string GroupId, SecurityGroupRule Rule), IEnumerable<string?>>>
        {
            ["group-id"] = (_, item) => [item.GroupId],
            ["security-group-rule-id"] = (_, item) => [item.Rule.Id],
        },
    };

    public async ValueTask<DescribeSecurityGroupRulesOutput> HandleAsync(DescribeSecurityGroupRulesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        var all = state.SecurityGroups.Values.SelectMany(group => group.Rules.Select(rule => (group.Id, rule)));
        var (rules, next) = All.Select(state, all, request.SecurityGroupRuleIds, request.Filters, request.MaxResults, request.NextToken);
        Invalid.DryRun(request.DryRun);
        return new([.. rules.Select(item => item.Rule.Shape(item.GroupId, state))], next);
    }
}
