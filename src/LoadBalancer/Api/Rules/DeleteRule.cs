using Berth.Wire;

namespace Berth.LoadBalancer;

internal sealed record DeleteRuleInput(string? RuleArn);

/// <summary>Deletes a rule.</summary>
/// <remarks>https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteRule.html</remarks>
internal sealed class DeleteRule(LoadBalancingStreams streams) : IOperation<DeleteRuleInput, EmptyOutput>
{
    public async ValueTask<EmptyOutput> HandleAsync(DeleteRuleInput request, RequestContext context, CancellationToken cancellationToken)
    {
        await streams.ExecuteAsync(context, new Domain.DeleteRule(Invalid.Required(request.RuleArn, "ruleArn")), cancellationToken).ConfigureAwait(false);
        return new();
    }
}
