using Berth.Domain;
using Berth.Engine;
using Berth.Wire;

namespace Berth.LoadBalancer;

/// <summary>The way from a request to the load balancing of its account and region.</summary>
internal sealed class LoadBalancingStreams(IStreamDirectory<LoadBalancingAggregate, LoadBalancingState> directory)
{
    public const string Kind = "loadbalancing";

    public async ValueTask<LoadBalancingState> ReadAsync(RequestContext context, CancellationToken cancellationToken) =>
        await directory.FindAsync(IdOf(context), cancellationToken).ConfigureAwait(false) is { } stream
            ? await stream.QueryAsync(new ReadLoadBalancing(), cancellationToken).ConfigureAwait(false)
            : new LoadBalancingState(context.AccountId, context.Region);

    public async ValueTask<TResult> ExecuteAsync<TResult>(
        RequestContext context, Command<LoadBalancingAggregate, TResult> command, CancellationToken cancellationToken)
    {
        var stream = await directory.OpenAsync(IdOf(context), cancellationToken).ConfigureAwait(false);
        return await stream.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private static StreamId IdOf(RequestContext context) => StreamId.Of(Kind, context.AccountId, context.Region);
}
