using System.Text.Json;

namespace Berth.Bench;

/// <summary>The engine's events of containers that start or die, for somebody who waits for one of them.</summary>
internal sealed class StartedContainers(HttpResponseMessage response, Stream events) : IDisposable
{
    private readonly StreamReader lines = new(events);

    /// <summary>Returns when a container with the label has started, or died before it could.</summary>
    internal async Task WaitAsync(string label, string value, CancellationToken cancellationToken)
    {
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            var attributes = JsonElement.Parse(line).GetProperty("Actor").GetProperty("Attributes");
            if (attributes.TryGetProperty(label, out var found) && found.GetString() == value)
            {
                return;
            }
        }

        throw new IOException("The engine ended its events.");
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
    }
}
