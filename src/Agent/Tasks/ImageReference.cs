namespace Berth.Agent;

/// <summary>An image's name taken apart the way Docker does.</summary>
/// <param name="Name">Registry and repository.</param>
/// <param name="Reference">The tag, or the digest where there is one.</param>
internal sealed record ImageReference(string Name, string Reference)
{
    public bool IsDigest => Reference.Contains(':', StringComparison.Ordinal);

    /// <summary>The registry's authority; null for Docker Hub.</summary>
    public string? Registry
    {
        get
        {
            var slash = Name.IndexOf('/', StringComparison.Ordinal);
            var host = slash < 0 ? "" : Name[..slash];
            return host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal) || host == "localhost" ? host : null;
        }
    }

    public static ImageReference Parse(string image)
    {
        var at = image.IndexOf('@', StringComparison.Ordinal);
        var tagged = at < 0 ? image : image[..at];
        var colon = tagged.LastIndexOf(':');
        var hasTag = colon > tagged.LastIndexOf('/');
        return new ImageReference(hasTag ? tagged[..colon] : tagged, at >= 0 ? image[(at + 1)..] : hasTag ? tagged[(colon + 1)..] : "latest");
    }
}
