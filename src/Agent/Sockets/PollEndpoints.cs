namespace Berth.Agent;

/// <summary>The addresses of the two channels, asked for twice a day; an old answer serves while asking fails.</summary>
internal sealed class PollEndpoints(EcsBackend backend, string cluster, string containerInstanceArn, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private readonly Lock gate = new();
    private DiscoverPollEndpointResponse? known;
    private DateTimeOffset knownSince;

    public async Task<DiscoverPollEndpointResponse> GetAsync(CancellationToken cancellationToken)
    {
        DiscoverPollEndpointResponse? old;
        lock (gate)
        {
            old = known;
            if (old is not null && clock.GetUtcNow() - knownSince < Lifetime)
            {
                return old;
            }
        }

        try
        {
            var fresh = await backend.DiscoverPollEndpointAsync(cluster, containerInstanceArn, cancellationToken).ConfigureAwait(false);
            lock (gate)
            {
                (known, knownSince) = (fresh, clock.GetUtcNow());
            }

            return fresh;
        }
        catch (Exception failure) when (old is not null && failure is (AwsCallException or HttpRequestException))
        {
            return old;
        }
    }
}
