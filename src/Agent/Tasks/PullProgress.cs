namespace Berth.Agent;

/// <summary>Tells whether a pull gets on. Some engines repeat what they last said at short intervals, whether anything has happened or not.</summary>
internal sealed class PullProgress
{
    /// <summary>Layers remembered; beyond that all are forgotten, which at worst takes a repetition for progress.</summary>
    private const int MaxLayers = 1024;

    private readonly Dictionary<string, (string? Status, long? Current)> layers = new(StringComparer.Ordinal);

    /// <summary>Whether anything has been said at all.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Takes a line in.</summary>
    /// <returns>True where it says something new.</returns>
    public bool Advances(DockerPullLine line)
    {
        HasBegun = true;
        var (layer, now) = (line.Id ?? "", (line.Status, line.Progress?.Current));
        if (layers.TryGetValue(layer, out var before) && before == now)
        {
            return false;
        }

        if (layers.Count >= MaxLayers)
        {
            layers.Clear();
        }

        layers[layer] = now;
        return true;
    }
}
