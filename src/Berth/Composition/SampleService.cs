namespace Berth.Host;

/// <summary>The service that a first start deploys, so that there is something to look at.</summary>
internal static class SampleService
{
    /// <summary>Deploys it unless that was done before; its address, or null when there is none to show.</summary>
    /// <remarks>Called once the installation is ready, unless <c>--no-sample</c> is given.</remarks>
    internal static Task<Uri?> EnsureAsync(Installation installation, CancellationToken cancellationToken) => Task.FromResult<Uri?>(null);
}
