using Berth.Wire;

namespace Berth.Api;

internal sealed record DescribeDaemonRequest
{
    public string? DaemonArn { get; set; }
}

internal sealed record DescribeDaemonResponse
{
    public DaemonDetailShape? Daemon { get; set; }
}

/// <summary>Tells a daemon and what it is made of.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeDaemon.html</remarks>
internal sealed class DescribeDaemon(ClusterStreams clusters) : IOperation<DescribeDaemonRequest, DescribeDaemonResponse>
{
    public async ValueTask<DescribeDaemonResponse> HandleAsync(DescribeDaemonRequest request, RequestContext context, CancellationToken cancellationToken)
    {
        var (cluster, name) = DaemonArns.Read(request.DaemonArn, context);
        var state = await clusters.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        return state.Daemons.GetValueOrDefault(name) is { IsTold: true } daemon
            ? new() { Daemon = DaemonAnswer.Of(state, daemon, context) }
            : throw DaemonAnswer.NotFound();
    }
}
