using System.Collections.Immutable;
using Berth.Domain;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record ModifyRuleInput(
    string? RuleArn, IReadOnlyList<ConditionShape>? Conditions, IReadOnlyList<ActionShape>? Actions, IReadOnlyList<TransformShape>? Transforms);

internal sealed record ModifyRuleOutput(IReadOnlyList<RuleShape> Rules);

/// <summary>Changes a rule's conditions or action.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyRule.html</remarks>
internal sealed class ModifyRule(LoadBalancingStreams streams) : IOperation<ModifyRuleInput, ModifyRuleOutput>
{
    public async ValueTask<ModifyRuleOutput> HandleAsync(ModifyRuleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var arn = Invalid.Required(request.RuleArn, "ruleArn");
        ImmutableArray<RoutingCondition>? conditions = request.Conditions is { Count: > 0 } given ? RoutingShapes.ReadConditions(given) : null;
        var action = request.Actions is { Count: > 0 } actions ? RoutingShapes.ReadAction(actions, "actions") : null;
        CreateRule.RefuseTransforms(request.Transforms);
        var rule = await streams.ExecuteAsync(context, new Domain.ModifyRule(arn, conditions, action), cancellationToken).ConfigureAwait(false);
        return new([rule.Shape()]);
    }
}
