using System.Collections.Immutable;
using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record SetRulePrioritiesInput(IReadOnlyList<RulePriorityPairShape>? RulePriorities);

internal sealed record SetRulePrioritiesOutput(IReadOnlyList<RuleShape> Rules);

/// <summary>Gives rules other priorities, all at once, so that two may change places.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html</remarks>
internal sealed class SetRulePriorities(LoadBalancingStreams streams) : IOperation<SetRulePrioritiesInput, SetRulePrioritiesOutput>
{
    public async ValueTask<SetRulePrioritiesOutput> HandleAsync(SetRulePrioritiesInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var priorities = ImmutableSortedDictionary.CreateBuilder<string, int>();
        foreach (var pair in Invalid.Required(request.RulePriorities, "rulePriorities"))
        {
            var arn = Invalid.Required(pair.RuleArn, "rulePriorities.ruleArn");
            if (!priorities.TryAdd(arn, Invalid.InRange(pair.Priority ?? 0, 1, 50000, "rulePriorities.priority")))
            {
                throw Invalid.Error($"Rule '{arn}' is specified more than once");
            }
        }

        var rules = await streams.ExecuteAsync(context, new Domain.SetRulePriorities(priorities.ToImmutable()), cancellationToken).ConfigureAwait(false);
        return new([.. rules.Select(rule => rule.Shape())]);
    }
}
