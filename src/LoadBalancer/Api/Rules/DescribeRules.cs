using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DescribeRulesInput(string? ListenerArn, IReadOnlyList<string>? RuleArns, string? Marker, int? PageSize);

internal sealed record DescribeRulesOutput(IReadOnlyList<RuleShape> Rules, string? NextMarker);

/// <summary>Describes the rules of a listener by priority, the default rule last, or the rules named.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html</remarks>
internal sealed class DescribeRules(LoadBalancingStreams streams) : IOperation<DescribeRulesInput, DescribeRulesOutput>
{
    public async ValueTask<DescribeRulesOutput> HandleAsync(DescribeRulesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var state = await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false);
        IEnumerable<RuleShape> found;
        if (request.RuleArns is { Count: > 0 } arns)
        {
            var defaults = state.Listeners.Values.ToDictionary(listener => listener.DefaultRuleArn);
            found = Invalid.Required(arns, "ruleArns").Distinct().Select(arn =>
                state.Rules.TryGetValue(arn, out var rule) ? rule.Shape()
                : defaults.TryGetValue(arn, out var listener) ? listener.ShapeDefaultRule()
                : throw NotFound.Rules());
        }
        else if (request.ListenerArn is { } arn)
        {
            var listener = state.Listeners.GetValueOrDefault(arn) ?? throw NotFound.Listeners();
            found = [.. state.RulesOf(arn).Select(rule => rule.Shape()), listener.ShapeDefaultRule()];
        }
        else
        {
            throw Invalid.Error("You must specify either listener rule ARNs or a listener ARN");
        }

        // "default" sorts after every number, as the default rule does.
        var (page, next) = Page.Of(found, rule => $"{rule.Priority.PadLeft(7, '0')} {rule.RuleArn}", request.Marker, request.PageSize);
        return new(page, next);
    }
}
