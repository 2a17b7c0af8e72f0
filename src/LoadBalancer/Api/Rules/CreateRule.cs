using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record CreateRuleInput(
    string? ListenerArn,
    IReadOnlyList<ConditionShape>? Conditions,
    int? Priority,
    IReadOnlyList<ActionShape>? Actions,
    IReadOnlyList<TagShape>? Tags,
    IReadOnlyList<TransformShape>? Transforms);

internal sealed record TransformShape(string? Type);

internal sealed record CreateRuleOutput(IReadOnlyList<RuleShape> Rules);

/// <summary>Creates a rule of a listener.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html</remarks>
internal sealed class CreateRule(LoadBalancingStreams streams) : IOperation<CreateRuleInput, CreateRuleOutput>
{
    public async ValueTask<CreateRuleOutput> HandleAsync(CreateRuleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var listener = Invalid.Required(request.ListenerArn, "listenerArn");
        var conditions = RoutingShapes.ReadConditions(request.Conditions);
        var priority = Invalid.InRange(request.Priority ?? throw Invalid.Error("A rule priority must be specified"), 1, 50000, "priority");
        var action = RoutingShapes.ReadAction(request.Actions, "actions");
        RefuseTransforms(request.Transforms);
        var rule = await streams.ExecuteAsync(
            context, new Domain.CreateRule(listener, priority, conditions, action, Invalid.Tags(request.Tags)), cancellationToken).ConfigureAwait(false);
        return new([rule.Shape()]);
    }

    /// <summary>Refuses rewrites of host or URL.</summary>
    public static void RefuseTransforms(IReadOnlyList<TransformShape>? transforms)
    {
        if (transforms is { Count: > 0 })
        {
            throw Invalid.Configuration("Rule transforms are not supported here");
        }
    }
}
