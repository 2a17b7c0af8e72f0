using System.Text;

namespace Berth.Api;

/// <summary>A part of what <c>GET /metrics</c> tells.</summary>
internal interface IMetricsSource
{
    /// <summary>Appends metrics in the Prometheus text format.</summary>
    /// <param name="text">Where they go.</param>
    /// <param name="perTask">Whether each task is told of as well, of which there may be many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask AppendAsync(StringBuilder text, bool perTask, CancellationToken cancellationToken);
}
