using System.Globalization;
using System.Text.Json;

namespace Berth.Host;

/// <summary>One thing that must be so before the installation is of use.</summary>
/// <param name="What">What it is.</param>
/// <param name="IsMet">Whether it is so.</param>
/// <param name="Detail">What there is to say about it.</param>
internal sealed record Condition(string What, bool IsMet, string Detail);

/// <summary>Whether an installation does its work: asked of its processes, not of its pid files.</summary>
internal sealed class Readiness(Installation installation, TimeProvider clock) : IDisposable
{
    // Asking is work for processes that are busy starting, so what costs most is asked last and least often.
    private static readonly TimeSpan HealthPoll = TimeSpan.FromMilliseconds(25), Poll = TimeSpan.FromMilliseconds(100);
    private readonly ApiClient api = new(installation, clock);

    /// <summary>Waits until everything is met; what is not when the time is over, or empty.</summary>
    internal async Task<IReadOnlyList<Condition>> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        while (clock.GetElapsedTime(begun) < patience && !await api.IsHealthyAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(HealthPoll, clock, cancellationToken).ConfigureAwait(false);
        }

        while (true)
        {
            List<Condition> unmet = [.. (await AskAsync(cancellationToken).ConfigureAwait(false)).Where(condition => !condition.IsMet)];
            if (unmet.Count == 0 || clock.GetElapsedTime(begun) >= patience)
            {
                return unmet;
            }

            await Task.Delay(Poll, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks everything once.</summary>
    internal async Task<IReadOnlyList<Condition>> AskAsync(CancellationToken cancellationToken)
    {
        if (!await api.IsHealthyAsync(cancellationToken).ConfigureAwait(false))
        {
            return [new(Role.Server, IsMet: false, $"does not answer at {installation.Endpoint.OriginalString}")];
        }

        var balancer = File.Exists(installation.BalancerConfigurationPath);
        var connected = await ConnectedInstancesAsync(cancellationToken).ConfigureAwait(false);
        return
        [
            new(Role.Server, IsMet: true, $"answers at {installation.Endpoint.OriginalString}"),
            new(Role.Balancer, balancer, balancer ? "has its configuration" : "waits for its configuration"),
            new("container instances", connected >= installation.Settings.Instances, string.Create(
                CultureInfo.InvariantCulture, $"{connected} of {installation.Settings.Instances} connected to cluster {Installation.DefaultCluster}")),
        ];
    }

    public void Dispose() => api.Dispose();

    private async Task<int> ConnectedInstancesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var listed = await api.CallEcsAsync("ListContainerInstances", "{}", cancellationToken).ConfigureAwait(false);
            var arns = listed.GetProperty("containerInstanceArns");
            if (arns.GetArrayLength() == 0)
            {
                return 0;
            }

            var described = await api.CallEcsAsync("DescribeContainerInstances", $$"""{"containerInstances":{{arns.GetRawText()}}}""", cancellationToken).ConfigureAwait(false);
            return described.GetProperty("containerInstances").EnumerateArray()
                .Count(instance => instance.TryGetProperty("agentConnected", out var connected) && connected.ValueKind == JsonValueKind.True);
        }
        catch (CommandException)
        {
            return 0;     // The cluster is made by the first agent that registers.
        }
    }
}
